{% macro local_hour(moment) -%}
    {{ return(adapter.dispatch('local_hour', 'customer_segments')(moment)) }}
{%- endmacro %}

{% macro default__local_hour(moment) -%}
    cast(extract(hour from {{ customer_segments.local_time(moment) }}) as bigint)
{%- endmacro %}

{% macro duckdb__local_hour(moment) -%}
    extract('hour' from {{ customer_segments.local_time(moment) }})
{%- endmacro %}
