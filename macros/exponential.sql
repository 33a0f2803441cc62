{% macro exponential(figure) -%}
    {{ return(adapter.dispatch('exponential', 'customer_segments')(figure)) }}
{%- endmacro %}

{% macro duckdb__exponential(figure) -%}
    exp({{ figure }})
{%- endmacro %}
