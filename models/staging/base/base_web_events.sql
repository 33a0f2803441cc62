with raw_web_events as (

    select * from {{ ref('raw_web_events') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

typed as (

    select
        raw_row_number,
        coalesce({{ clean_text('event_id') }}, 'row ' || cast(raw_row_number as varchar)) as event_id,
        {{ clean_text('contact_id') }} as contact_id,
        {{ parse_timestamp('occurred_at') }} as occurred_at,
        {{ one_of('event_type', ['page_view', 'download', 'form_submit', 'demo_request']) }} as event_type,
        lower({{ clean_text('page_type') }}) as page_type,
        {{ clean_text('page_url') }} as page_url,
        {{ clean_text('session_id') }} as session_id,
        {{ parse_number('seconds_on_page', 'integer') }} as seconds_on_page,
        {{ empty_or_not('event_type', 'page_view, download, form_submit or demo_request') }} as event_type_problem,
        {{ empty_or_not('occurred_at', 'a date') }} as occurred_at_problem
    from raw_web_events

)

select
    typed.raw_row_number,
    typed.event_id,
    typed.contact_id,
    typed.occurred_at,
    typed.event_type,
    typed.page_type,
    typed.page_url,
    typed.session_id,
    case when typed.seconds_on_page >= 0 then typed.seconds_on_page end as seconds_on_page,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when typed.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when typed.event_type is null then typed.event_type_problem
        when typed.occurred_at is null then typed.occurred_at_problem
    end as reject_reason
from typed
left join contacts on typed.contact_id = contacts.contact_id
