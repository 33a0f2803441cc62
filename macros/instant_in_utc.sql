{% macro instant_in_utc(column) -%}
    {{ return(adapter.dispatch('instant_in_utc', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro default__instant_in_utc(column) -%}
    {{ column }} at time zone 'UTC'
{%- endmacro %}
