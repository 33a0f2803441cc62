{% macro parse_date(column) -%}
    {{ return(adapter.dispatch('parse_date')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_date(column) -%}
    {#- Only what begins with a digit: try_strptime takes words such as infinity for 1 January 1900. -#}
    {%- set day = "regexp_extract(" ~ clean_text(column) ~ ", '^\\d[^ T]*')" -%}
    {%- set parsed = "try_strptime(" ~ day ~ ", ['%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y'])" -%}
    case when {{ parsed }} >= timestamp '1900-01-01' then cast({{ parsed }} as date) end
{%- endmacro %}
