{% macro local_time(moment) -%}
    {{ return(adapter.dispatch('local_time')(moment)) }}
{%- endmacro %}

{% macro duckdb__local_time(moment) -%}
    timezone('{{ var("timezone") }}', timezone('UTC', {{ moment }}))
{%- endmacro %}
