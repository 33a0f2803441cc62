{% macro replace_matches(text, expression, by='') -%}
    {{ return(adapter.dispatch('replace_matches', 'customer_segments')(text, expression, by)) }}
{%- endmacro %}

{% macro default__replace_matches(text, expression, by) -%}
    regexp_replace({{ text }}, {{ customer_segments.pattern(expression) }}, '{{ by }}', 'g')
{%- endmacro %}
