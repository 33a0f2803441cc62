{% macro pattern(expression) -%}
    {{ return(adapter.dispatch('pattern', 'customer_segments')(expression)) }}
{%- endmacro %}

{% macro duckdb__pattern(expression) -%}
    '{{ expression }}'
{%- endmacro %}
