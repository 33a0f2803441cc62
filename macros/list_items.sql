{#- One row for each item of a list column, to be used as a select item; no row when it is NULL.
    column: the list. -#}
{% macro list_items(column) -%}
    {{ return(adapter.dispatch('list_items')(column)) }}
{%- endmacro %}

{% macro duckdb__list_items(column) -%}
    unnest({{ column }})
{%- endmacro %}
