{% macro list_items(column) -%}
    {{ return(adapter.dispatch('list_items')(column)) }}
{%- endmacro %}

{% macro duckdb__list_items(column) -%}
    unnest({{ column }})
{%- endmacro %}
