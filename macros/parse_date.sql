{% macro parse_date(column) -%}
    {{ return(adapter.dispatch('parse_date', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_date(column) -%}
    {#- Only a text that begins with a digit: try_strptime takes words such as infinity for 1 January 1900. -#}
    {%- set day = "regexp_extract(" ~ customer_segments.clean_text(column) ~ ", '^\\d[^ T]*')" -%}
    {%- set parsed = "try_strptime(" ~ day ~ ", ['%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y'])" -%}
    {#- A day that passed through another timezone has that one's hour and offset. Midnight is the day's. -#}
    case
        when
            regexp_matches({{ customer_segments.clean_text(column) }}, '^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}(:?\d{2})?)$')
            and not regexp_matches({{ customer_segments.clean_text(column) }}, '^.{10}[T ]00:00')
            then {{ customer_segments.local_date(customer_segments.parse_timestamp(column)) }}
        when {{ parsed }} >= timestamp '1900-01-01' then cast({{ parsed }} as date)
    end
{%- endmacro %}
