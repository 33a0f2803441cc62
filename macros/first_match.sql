{% macro first_match(text, expression) -%}
    {{ return(adapter.dispatch('first_match', 'customer_segments')(text, expression)) }}
{%- endmacro %}

{% macro duckdb__first_match(text, expression) -%}
    nullif(regexp_extract({{ text }}, {{ customer_segments.pattern(expression) }}), '')
{%- endmacro %}
