{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'customer_segments')(columns)) }}
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
