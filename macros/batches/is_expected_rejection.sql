{% macro is_expected_rejection() -%}
    (reason like 'erased%' or (source = 'web_events' and reason = 'contact_id is empty'))
{%- endmacro %}
