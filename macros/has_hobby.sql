{% macro has_hobby(hobby) -%}
    (
        {{ customer_segments.list_has('interests', hobby) }}
        or contact_id in (
            select traits.contact_id
            from {{ ref('fct_contact_traits') }} as traits
            where
                traits.trait = 'hobby'
                and lower(traits.value) = '{{ hobby }}'
        )
    )
{%- endmacro %}
