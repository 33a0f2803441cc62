{% macro empty_or_not(column, meaning) -%}
    case
        when {{ clean_text(column) }} is null then '{{ column.split(".")[-1] }} is empty'
        else '{{ column.split(".")[-1] }} is not {{ meaning }}'
    end
{%- endmacro %}
