{{ config(pre_hook="{{ delete_erased_rows() }}") }}
{%- set event_types = ['page_view', 'download', 'form_submit', 'demo_request'] -%}
with files_to_read as (

    {{ files_to_read('web_events') }}

),

input_web_events as (

    {{ rows_to_read('web_events') }}

),

utc_days as (

    select * from {{ ref('utc_days') }}

),

web_events as (

    select
        input_web_events.*,
        {{ one_of('input_web_events.event_type', event_types) }} as known_type,
        {{ local_date_by('utc_days', 'input_web_events.occurred_at') }} as occurred_on
    from input_web_events
    left join utc_days on cast(input_web_events.occurred_at as date) = utc_days.utc_day

)

select
    source_file,
    source_row_number,
    file_version,
    coalesce(event_id, source_file || ' row ' || cast(source_row_number as varchar)) as event_id,
    contact_id,
    occurred_at,
    occurred_on,
    known_type as event_type,
    lower(page_type) as page_type,
    page_url,
    session_id,
    case when seconds_on_page >= 0 then seconds_on_page end as seconds_on_page,
    coalesce(seconds_on_page < 0, {{ unread_value('seconds_on_page') }} is not null) as has_unread_value,
    case when contact_id is null then 'contact_id is empty' end as key_problem,
    case
        when known_type is null
            then {{ empty_or_not('event_type', 'page_view, download, form_submit or demo_request') }}
        when occurred_at is null then {{ empty_or_unread('occurred_at', 'a date') }}
    end as value_problem
from web_events
