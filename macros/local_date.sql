{% macro local_date(moment) -%}
    {{ return(adapter.dispatch('local_date')(moment)) }}
{%- endmacro %}

{% macro duckdb__local_date(moment) -%}
    cast(timezone('{{ var("timezone") }}', timezone('UTC', {{ moment }})) as date)
{%- endmacro %}
