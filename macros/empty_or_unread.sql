{% macro empty_or_unread(column, meaning) -%}
    case
        when {{ customer_segments.unread_value(column) }} is null then '{{ column }} is empty'
        else '{{ column }} is not {{ meaning }}'
    end
{%- endmacro %}
