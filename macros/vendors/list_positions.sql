{% macro list_positions(column) -%}
    {{ return(adapter.dispatch('list_positions', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__list_positions(column) -%}
    generate_subscripts({{ column }}, 1)
{%- endmacro %}
