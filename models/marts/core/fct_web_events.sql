{{ config(materialized='view') }}

with web_events as (

    select * from {{ ref('stg_web_events') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

)

select
    web_events.event_id,
    contact_map.contact_id,
    web_events.event_type,
    web_events.occurred_at,
    web_events.occurred_on,
    web_events.page_type,
    web_events.page_url,
    web_events.session_id,
    web_events.seconds_on_page
from web_events
inner join contact_map on web_events.contact_id = contact_map.source_contact_id
where web_events.occurred_on <= {{ as_of() }}
