{% macro addresses_in(column) -%}
    {{ return(adapter.dispatch('addresses_in', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__addresses_in(column) -%}
    regexp_extract_all(lower({{ customer_segments.half_width(column) }}), {{ customer_segments.address_pattern() }})
{%- endmacro %}

{% macro address_pattern() -%}
    {{ customer_segments.pattern("[^@\\s\\p{Z},;:<>()\"''\\\\]+@[^@\\s\\p{Z},;:<>()\"''\\\\]+\\.[\\p{L}0-9-]+") }}
{%- endmacro %}
