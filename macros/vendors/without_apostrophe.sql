{% macro without_apostrophe(text) -%}
    nullif(regexp_replace({{ clean_text(text) }}, '^''+', ''), '')
{%- endmacro %}
