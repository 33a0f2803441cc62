{% macro rule_members(segment) -%}
    select
        contact_id,
        '{{ segment }}' as segment,
        'rule' as family
    from {{ ref(segment) }}
{%- endmacro %}
