{% macro matches(text, expression, any_case=false) -%}
    {{ return(adapter.dispatch('matches')(text, expression, any_case)) }}
{%- endmacro %}

{% macro duckdb__matches(text, expression, any_case=false) -%}
    regexp_matches({{ text }}, {{ pattern(expression) }}{{ ", 'i'" if any_case }})
{%- endmacro %}
