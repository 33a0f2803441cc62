{% macro addresses_in(column) -%}
    {{ return(adapter.dispatch('addresses_in')(column)) }}
{%- endmacro %}

{% macro duckdb__addresses_in(column) -%}
    regexp_extract_all(lower({{ half_width(column) }}), {{ address_pattern() }})
{%- endmacro %}

{% macro address_pattern() -%}
    {{ pattern("[^@\\s\\p{Z},;:<>()\"''\\\\]+@[^@\\s\\p{Z},;:<>()\"''\\\\]+\\.[\\p{L}0-9-]+") }}
{%- endmacro %}
