{{ config(materialized='view') }}

with web_events as (

    select * from {{ ref('base_web_events') }}
    where reject_reason is null

),

duplicates as (

    select * from {{ ref('duplicate_web_events') }}

)

select
    web_events.source_file,
    web_events.event_id,
    web_events.contact_id,
    web_events.occurred_at,
    web_events.occurred_on,
    web_events.event_type,
    web_events.page_type,
    web_events.page_url,
    web_events.session_id,
    web_events.seconds_on_page
from web_events
left join duplicates
    on
        web_events.source_file = duplicates.source_file
        and web_events.source_row_number = duplicates.source_row_number
where duplicates.source_file is null
