with members as (

    select * from {{ ref('mailchimp_members') }}

),

activities as (

    select * from {{ ref('mailchimp_activities') }}

),

suppressions as (

    select
        {{ clean_text('email_text') }} as email,
        status as reason,
        {{ read_vendor_timestamp('clean_time_text', 'mailchimp') }} as suppressed_at,
        clean_time_text as suppressed_at_text,
        source_file,
        source_row_number
    from members
    where status = 'cleaned'
    union all
    -- Who is in no file of the audience may be somebody's contact elsewhere.
    select
        {{ clean_text('email_text') }} as email,
        event_type as reason,
        occurred_at as suppressed_at,
        occurred_at_text as suppressed_at_text,
        source_file,
        source_row_number
    from activities
    where contact_id is null and event_type = 'bounce' and coalesce(bounce_type_text, '') <> 'soft'

)

select
    email,
    reason,
    suppressed_at,
    source_file,
    source_row_number,
    {{ unread_values({'suppressed_at': 'suppressed_at_text'}) }} as unread_values
from suppressions
