{% macro pattern(expression) -%}
    {{ return(adapter.dispatch('pattern')(expression)) }}
{%- endmacro %}

{% macro duckdb__pattern(expression) -%}
    '{{ expression }}'
{%- endmacro %}
