{{ config(materialized='view') }}

with members as (

    select * from {{ ref('segment_members') }}

),

segments as (

    select * from {{ ref('segments') }}

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

email_events as (

    select * from {{ ref('fct_email_events') }}
    where event_type in ('opened', 'clicked') and not is_machine_open

),

compared_traits as (

    select * from {{ ref('compared_traits') }}

),

-- The alias is the family, an underscore and the value. Splits name their family in the label as well.
segment_traits as (

    select
        members.contact_id,
        segments.family as trait,
        substring(segments.segment, length(segments.family) + 2) as value,
        case
            when segments.label like '%: %'
                then substring(segments.label, {{ dbt.position("': '", 'segments.label') }} + 2)
            else segments.label
        end as value_label
    from members
    inner join segments on members.segment = segments.segment

),

hours as (

    select
        contact_id,
        {{ local_hour('occurred_at') }} as reading_hour,
        count(*) as event_count
    from email_events
    group by contact_id, {{ local_hour('occurred_at') }}

),

ranked_hours as (

    select
        contact_id,
        reading_hour,
        row_number() over (
            partition by contact_id
            order by event_count desc, reading_hour asc
        ) as hour_number
    from hours

),

fields as (

    select
        contact_id,
        'country' as trait,
        country as value
    from contacts
    union all
    select
        contact_id,
        'language' as trait,
        language as value
    from contacts
    union all
    select
        contact_id,
        'company_sector' as trait,
        company_sector as value
    from contacts
    union all
    select
        contact_id,
        'company_size' as trait,
        company_size as value
    from contacts
    union all
    select
        contact_id,
        'acquisition_channel' as trait,
        acquisition_channel as value
    from contacts
    union all
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
    from ranked_hours
    where hour_number = 1
    union all
    select
        contact_id,
        trait,
        lower(value) as value
    from custom_fields

),

traits as (

    select
        contact_id,
        trait,
        value,
        value_label
    from segment_traits
    union all
    select
        contact_id,
        trait,
        value,
        replace(value, '_', ' ') as value_label
    from fields

)

select
    traits.contact_id,
    traits.trait,
    traits.value,
    min(traits.value_label) as value_label
from traits
inner join compared_traits on traits.trait = compared_traits.trait
where traits.value not in ('unknown', 'none', 'never')
group by traits.contact_id, traits.trait, traits.value
