{% macro without_apostrophe(text) -%}
    nullif(regexp_replace({{ customer_segments.clean_text(text) }}, '^''+', ''), '')
{%- endmacro %}
