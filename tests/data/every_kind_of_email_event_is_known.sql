-- An unexplained word may be a refusal: one such row stops the build.
with email_events as (

    select * from {{ ref('base_email_events') }}

),

input_email_events as (

    select * from {{ ref('input_email_events') }}

)

select
    'add "' || {{ word_key('input_email_events.event_type') }} || '" to seeds/reference/email_event_types.csv'
    || ' with what it means, or with no event_type to leave it out' as problem,
    count(*) as event_count,
    min(email_events.event_id) as event_id
from email_events
inner join input_email_events
    on
        email_events.source_file = input_email_events.source_file
        and email_events.source_row_number = input_email_events.source_row_number
where email_events.is_unknown_type
group by {{ word_key('input_email_events.event_type') }}
