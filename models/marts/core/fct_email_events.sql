{{ config(materialized='view') }}

with email_events as (

    select * from {{ ref('stg_email_events') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

missing_refusal_events as (

    select * from {{ ref('int_missing_refusal_events') }}

)

select
    email_events.event_id,
    contact_map.contact_id,
    email_events.event_type,
    email_events.bounce_type,
    email_events.occurred_at,
    email_events.occurred_on,
    email_events.campaign_id,
    email_events.link_url,
    coalesce(email_events.is_machine_open, false) as is_machine_open
from email_events
inner join contact_map on email_events.contact_id = contact_map.source_contact_id
where email_events.occurred_on <= {{ as_of() }}
union all
select
    event_id,
    contact_id,
    event_type,
    bounce_type,
    occurred_at,
    occurred_on,
    campaign_id,
    cast(null as varchar) as link_url,
    false as is_machine_open
from missing_refusal_events
