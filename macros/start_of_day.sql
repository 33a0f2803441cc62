{% macro start_of_day(day) -%}
    {{ return(adapter.dispatch('start_of_day', 'customer_segments')(day)) }}
{%- endmacro %}

{#- Into UTC by the number of microseconds, as in local_time. -#}
{% macro duckdb__start_of_day(day) -%}
    coalesce(
        make_timestamp(epoch_us(timezone('{{ var("timezone") }}', cast({{ day }} as timestamp)))),
        cast({{ day }} as timestamp)
    )
{%- endmacro %}
