{% macro matches(text, expression, any_case=false) -%}
    {{ return(adapter.dispatch('matches', 'customer_segments')(text, expression, any_case)) }}
{%- endmacro %}

{% macro duckdb__matches(text, expression, any_case=false) -%}
    regexp_matches({{ text }}, {{ customer_segments.pattern(expression) }}{{ ", 'i'" if any_case }})
{%- endmacro %}
