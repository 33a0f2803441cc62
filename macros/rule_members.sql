{#- The members of a segment that is a model of its own.
    segment: the model's name, which is the segment's alias. -#}
{% macro rule_members(segment) -%}
    select
        contact_id,
        '{{ segment }}' as segment,
        'rule' as family
    from {{ ref(segment) }}
{%- endmacro %}
