with email_events as (

    select * from {{ ref('stg_email_events') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

dated as (

    select
        *,
        {{ local_date('occurred_at') }} as occurred_on
    from email_events

)

select
    dated.event_id,
    contact_map.contact_id,
    dated.event_type,
    dated.occurred_at,
    dated.occurred_on,
    dated.campaign_id,
    dated.link_url,
    coalesce(dated.is_machine_open, false) as is_machine_open
from dated
inner join contact_map on dated.contact_id = contact_map.source_contact_id
where dated.occurred_on <= {{ as_of() }}
