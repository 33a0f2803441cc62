{#- Whether a list column has a value; false when the list is NULL.
    column: a list of lower-case texts.
    value: the value, in lower case. -#}
{% macro list_has(column, value) -%}
    {{ return(adapter.dispatch('list_has')(column, value)) }}
{%- endmacro %}

{% macro duckdb__list_has(column, value) -%}
    coalesce(list_contains({{ column }}, '{{ value | replace("'", "''") }}'), false)
{%- endmacro %}
