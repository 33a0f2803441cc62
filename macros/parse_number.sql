{#- A raw text as a number with a point or, as in French exports, a decimal comma with one or two
    digits behind it; NULL when it is none. Digits beyond the type's scale are rounded.
    column: the raw text.
    data_type: the number's type, money by default. -#}
{% macro parse_number(column, data_type='decimal(18, 2)') -%}
    {{ return(adapter.dispatch('parse_number')(column, data_type)) }}
{%- endmacro %}

{% macro duckdb__parse_number(column, data_type) -%}
    {%- set text = clean_text(column) -%}
    try_cast(
        case when regexp_matches({{ text }}, '^-?\d+,\d{1,2}$') then replace({{ text }}, ',', '.') else {{ text }} end
        as {{ data_type }}
    )
{%- endmacro %}
