{% macro vendor_tables() -%}
    {%- set shop = ['contacts', 'orders', 'order_items'] -%}
    {%- set sender = ['contacts', 'suppressions', 'email_events', 'campaigns'] -%}
    {%- set named = {} -%}
    {%- for vendor, tables in {
        'shopify': shop,
        'woocommerce': shop,
        'klaviyo': sender,
        'mailchimp': sender,
        'brevo': sender,
        'hubspot': ['contacts', 'suppressions'],
    }.items() if vendor in var('from', []) -%}
        {%- do named.update({vendor: tables}) -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}
