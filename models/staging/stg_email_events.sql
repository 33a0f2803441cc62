{{ config(materialized='view') }}

with email_events as (

    select * from {{ ref('base_email_events') }}
    where reject_reason is null

),

duplicates as (

    select * from {{ ref('duplicate_email_events') }}

)

select
    email_events.source_file,
    email_events.event_id,
    email_events.contact_id,
    email_events.event_type,
    email_events.bounce_type,
    email_events.occurred_at,
    email_events.occurred_on,
    email_events.campaign_id,
    email_events.link_url,
    email_events.is_machine_open
from email_events
left join duplicates
    on
        email_events.source_file = duplicates.source_file
        and email_events.source_row_number = duplicates.source_row_number
where duplicates.source_file is null
