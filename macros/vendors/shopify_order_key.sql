{% macro shopify_order_key(name) -%}
    nullif(regexp_replace({{ clean_text(name) }}, '^#', ''), '')
{%- endmacro %}
