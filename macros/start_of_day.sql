{% macro start_of_day(day) -%}
    {{ return(adapter.dispatch('start_of_day')(day)) }}
{%- endmacro %}

{% macro duckdb__start_of_day(day) -%}
    timezone('UTC', timezone('{{ var("timezone") }}', cast({{ day }} as timestamp)))
{%- endmacro %}
