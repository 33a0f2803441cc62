{% macro rule_members(segment) -%}
    {%- do ref(segment) -%}
    select
        contact_id,
        '{{ segment }}' as segment,
        'rule' as family
    from {{ matched_contacts(segment) }}
{%- endmacro %}
