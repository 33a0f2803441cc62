{% macro shopify_order_key(name) -%}
    nullif(regexp_replace({{ customer_segments.clean_text(name) }}, '^#', ''), '')
{%- endmacro %}
