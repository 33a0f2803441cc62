{% macro family_members(model, column, family) -%}
    select
        contact_id,
        '{{ family }}_' || {{ column }} as segment,
        '{{ family }}' as family
    from {{ ref(model) }}
    where {{ column }} is not null
{%- endmacro %}
