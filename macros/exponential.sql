{% macro exponential(figure) -%}
    {{ return(adapter.dispatch('exponential', 'customer_segments')(figure)) }}
{%- endmacro %}

{#- PostgreSQL raises an error where a result is too small. -#}
{% macro default__exponential(figure) -%}
    case when {{ figure }} < -700 then 0 else exp({{ figure }}) end
{%- endmacro %}

{% macro duckdb__exponential(figure) -%}
    exp({{ figure }})
{%- endmacro %}
