{{ config(materialized='view') }}

with input_web_events as (

    select * from {{ ref('input_web_events') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

web_events as (

    select
        source_file,
        source_row_number,
        coalesce(event_id, source_file || ' row ' || cast(source_row_number as varchar)) as event_id,
        contact_id,
        occurred_at,
        {{ one_of('event_type', ['page_view', 'download', 'form_submit', 'demo_request']) }} as event_type,
        lower(page_type) as page_type,
        page_url,
        session_id,
        seconds_on_page,
        {{ empty_or_not('event_type', 'page_view, download, form_submit or demo_request') }} as event_type_problem,
        {{ empty_or_unread('occurred_at', 'a date') }} as occurred_at_problem
    from input_web_events

)

select
    web_events.source_file,
    web_events.source_row_number,
    web_events.event_id,
    web_events.contact_id,
    web_events.occurred_at,
    web_events.event_type,
    web_events.page_type,
    web_events.page_url,
    web_events.session_id,
    case when web_events.seconds_on_page >= 0 then web_events.seconds_on_page end as seconds_on_page,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when web_events.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when web_events.event_type is null then web_events.event_type_problem
        when web_events.occurred_at is null then web_events.occurred_at_problem
    end as reject_reason
from web_events
left join contacts on web_events.contact_id = contacts.contact_id
