{% macro local_time(moment) -%}
    {{ return(adapter.dispatch('local_time', 'customer_segments')(moment)) }}
{%- endmacro %}

{#- From UTC by the number of microseconds, which timezone() takes half of the whole time for; infinity has none. -#}
{% macro duckdb__local_time(moment) -%}
    timezone(
        '{{ var("timezone") }}',
        coalesce(make_timestamptz(epoch_us({{ moment }})), timezone('UTC', {{ moment }}))
    )
{%- endmacro %}
