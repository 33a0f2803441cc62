{% macro parse_number(column, data_type='decimal(18, 2)') -%}
    {{ return(adapter.dispatch('parse_number', 'customer_segments')(column, data_type)) }}
{%- endmacro %}

{% macro duckdb__parse_number(column, data_type) -%}
    {%- set text = customer_segments.clean_text(column) -%}
    try_cast(
        case when regexp_matches({{ text }}, '^-?\d+,\d{1,2}$') then replace({{ text }}, ',', '.') else {{ text }} end
        as {{ data_type }}
    )
{%- endmacro %}
