{% macro log_factorial(number) -%}
    {{ return(adapter.dispatch('log_factorial', 'customer_segments')(number)) }}
{%- endmacro %}

{% macro duckdb__log_factorial(number) -%}
    lgamma(1.0 + {{ number }})
{%- endmacro %}
