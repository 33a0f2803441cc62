{% macro is_declared_segment(column) -%}
    exists (
        select 1
        from ({{ customer_segments.declared_names() }}) as declared
        where
            {{ column }} = declared.segment
            or (
                declared.beginning <> {{ column }}
                and left({{ column }}, length(declared.beginning)) = declared.beginning
            )
    )
{%- endmacro %}
