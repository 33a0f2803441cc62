{% macro first_match(text, expression) -%}
    {{ return(adapter.dispatch('first_match')(text, expression)) }}
{%- endmacro %}

{% macro duckdb__first_match(text, expression) -%}
    nullif(regexp_extract({{ text }}, {{ pattern(expression) }}), '')
{%- endmacro %}
