{% macro local_hour(moment) -%}
    {{ return(adapter.dispatch('local_hour', 'customer_segments')(moment)) }}
{%- endmacro %}

{% macro duckdb__local_hour(moment) -%}
    extract('hour' from {{ customer_segments.local_time(moment) }})
{%- endmacro %}
