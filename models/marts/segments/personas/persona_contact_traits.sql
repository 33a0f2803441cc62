{{ config(materialized='view') }}
{%- set contact_columns = ['country', 'language', 'company_sector', 'company_size', 'acquisition_channel'] %}

-- A value of a family has no manual changes: its members are the contacts matched.
with family_members as (

    select * from {{ ref('segment_rule_members') }}
    where family <> 'rule'

),

definitions as (

    select * from {{ ref('segment_definitions') }}

),

contacts as (

    select * from {{ ref('dim_contacts') }}

),

custom_fields as (

    select * from {{ ref('fct_contact_traits') }}
    where is_latest

),

preferences as (

    select * from {{ ref('preference_segments') }}

),

reading_hours as (

    select * from {{ ref('int_contact_reading_hours') }}

),

compared_traits as (

    select * from {{ ref('compared_traits') }}

),

-- The alias is the family, an underscore and the value. Splits name their family in the label as well.
family_values as (

    select
        family_members.contact_id,
        definitions.family as trait,
        substring(definitions.segment, length(definitions.family) + 2) as value,
        case
            when definitions.label like '%: %'
                then substring(definitions.label, {{ dbt.position("': '", 'definitions.label') }} + 2)
            else definitions.label
        end as value_label
    from family_members
    inner join definitions on family_members.segment = definitions.segment

),

field_values as (

    {% for column in contact_columns -%}
        select
            contact_id,
            '{{ column }}' as trait,
            {{ column }} as value
        from contacts
        union all
    {% endfor -%}
    select
        contact_id,
        'emails_per_month' as trait,
        cast(max_emails_per_month as {{ dbt.type_string() }}) as value
    from contacts
    union all
    select
        contact_id,
        'category' as trait,
        preference as value
    from preferences
    where preference_type = 'category' and origin = 'observed'
    union all
    select
        contact_id,
        'reading_hour' as trait,
        cast(reading_hour as {{ dbt.type_string() }}) as value
    from reading_hours
    union all
    select
        contact_id,
        trait,
        lower(value) as value
    from custom_fields

),

all_values as (

    select
        contact_id,
        trait,
        value,
        value_label
    from family_values
    union all
    select
        contact_id,
        trait,
        value,
        replace(value, '_', ' ') as value_label
    from field_values

)

select
    all_values.contact_id,
    all_values.trait,
    all_values.value,
    min(all_values.value_label) as value_label
from all_values
inner join compared_traits on all_values.trait = compared_traits.trait
where all_values.value not in ('unknown', 'none', 'never')
group by all_values.contact_id, all_values.trait, all_values.value
