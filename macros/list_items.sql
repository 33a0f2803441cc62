{% macro list_items(column) -%}
    {{ return(adapter.dispatch('list_items', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__list_items(column) -%}
    unnest({{ column }})
{%- endmacro %}
