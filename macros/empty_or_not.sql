{#- The reason of a rejection: the column is empty, or holds something that it must not.
    column: the raw text that was typed to NULL.
    meaning: what it should have been, with its article. -#}
{% macro empty_or_not(column, meaning) -%}
    case
        when {{ clean_text(column) }} is null then '{{ column.split(".")[-1] }} is empty'
        else '{{ column.split(".")[-1] }} is not {{ meaning }}'
    end
{%- endmacro %}
