{% macro empty_or_unread(column, meaning) -%}
    case
        when {{ unread_value(column) }} is null then '{{ column }} is empty'
        else '{{ column }} is not {{ meaning }}'
    end
{%- endmacro %}
