{#- The members of every segment of a family, which is a column with one value a contact. The alias
    is the family's name, an underscore and the value. NULL makes no member.
    model: the model with the column.
    column: the column.
    family: the family's name, as in the model's meta. -#}
{% macro family_members(model, column, family) -%}
    select
        contact_id,
        '{{ family }}_' || {{ column }} as segment,
        '{{ family }}' as family
    from {{ ref(model) }}
    where {{ column }} is not null
{%- endmacro %}
