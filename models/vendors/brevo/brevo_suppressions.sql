with events as (

    select * from {{ ref('brevo_events') }}

),

-- Who is not among Brevo's contacts may be somebody's contact elsewhere.
suppressions as (

    select
        {{ clean_text('email') }} as email,
        event_type as reason,
        occurred_at as suppressed_at,
        occurred_at_text as suppressed_at_text,
        source_file,
        source_row_number
    from events
    where
        contact_id is null
        and event_type in (
            'spam', 'unsubscribe', 'unsubscribed', 'hard_bounce', 'hardbounce', 'invalid_email', 'invalid', 'blocked'
        )

)

select
    email,
    reason,
    suppressed_at,
    source_file,
    source_row_number,
    {{ unread_values({'suppressed_at': 'suppressed_at_text'}) }} as unread_values
from suppressions
