{% macro exponential(figure) -%}
    {{ return(adapter.dispatch('exponential')(figure)) }}
{%- endmacro %}

{% macro duckdb__exponential(figure) -%}
    exp({{ figure }})
{%- endmacro %}
