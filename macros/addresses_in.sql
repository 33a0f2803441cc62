{% macro addresses_in(column) -%}
    {{ return(adapter.dispatch('addresses_in')(column)) }}
{%- endmacro %}

{% macro duckdb__addresses_in(column) -%}
    regexp_extract_all(lower({{ column }}), '[^@\s\p{Z},;:<>()"''\\]+@[^@\s\p{Z},;:<>()"''\\]+\.[\p{L}0-9-]+')
{%- endmacro %}
