{#- A raw text as a date; NULL when it is none, or before 1900. Reads the same forms as
    parse_timestamp; the time of day, if any, is left out as it stands.
    column: the raw text. -#}
{% macro parse_date(column) -%}
    {{ return(adapter.dispatch('parse_date')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_date(column) -%}
    {%- set day = "split_part(replace(" ~ clean_text(column) ~ ", 'T', ' '), ' ', 1)" -%}
    {%- set parsed = "try_strptime(" ~ day ~ ", ['%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y'])" -%}
    case when {{ parsed }} >= timestamp '1900-01-01' then cast({{ parsed }} as date) end
{%- endmacro %}
