{{ config(materialized='view') }}

with web_events as (

    select * from {{ ref('loaded_web_events') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

)

select
    web_events.source_file,
    web_events.source_row_number,
    web_events.event_id,
    web_events.contact_id,
    web_events.occurred_at,
    web_events.occurred_on,
    web_events.event_type,
    web_events.page_type,
    web_events.page_url,
    web_events.session_id,
    web_events.seconds_on_page,
    web_events.has_unread_value,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when web_events.key_problem is not null then web_events.key_problem
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        else web_events.value_problem
    end as reject_reason
from web_events
left join contacts on web_events.contact_id = contacts.contact_id
