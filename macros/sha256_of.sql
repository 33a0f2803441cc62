{% macro sha256_of(column) -%}
    {{ return(adapter.dispatch('sha256_of', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__sha256_of(column) -%}
    sha256({{ column }})
{%- endmacro %}
