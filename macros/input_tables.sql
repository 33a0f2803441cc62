{% macro input_tables() -%}
    {{ return([
        'contacts', 'contact_traits', 'orders', 'order_items', 'email_events', 'campaigns', 'web_events',
        'support_cases', 'segment_members_manual', 'suppressions', 'erasures'
    ]) }}
{%- endmacro %}
