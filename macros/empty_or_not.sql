{% macro empty_or_not(column, meaning) -%}
    case
        when {{ column }} is null then '{{ column.split(".")[-1] }} is empty'
        else '{{ column.split(".")[-1] }} is not {{ meaning }}'
    end
{%- endmacro %}
