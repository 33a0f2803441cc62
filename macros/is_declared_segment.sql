{% macro is_declared_segment(column) -%}
    exists (
        select 1
        from declared_segments
        where
            {{ column }} = declared_segments.segment
            or (
                declared_segments.beginning <> {{ column }}
                and left({{ column }}, length(declared_segments.beginning)) = declared_segments.beginning
            )
    )
{%- endmacro %}
