{% macro local_hour(moment) -%}
    {{ return(adapter.dispatch('local_hour')(moment)) }}
{%- endmacro %}

{% macro duckdb__local_hour(moment) -%}
    extract('hour' from {{ local_time(moment) }})
{%- endmacro %}
