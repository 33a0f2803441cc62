with messages as (

    select * from {{ ref('int_sequence_messages_screened') }}

),

recent_email_counts as (

    select
        contact_id,
        count(case when sent_on > {{ days_before_as_of(7) }} then 1 end) as email_count_7d,
        count(*) as email_count_30d
    from {{ ref('fct_emails') }}
    where sent_on > {{ days_before_as_of(30) }}
    group by contact_id

),

candidate_messages as (

    select
        messages.*,
        coalesce(recent_email_counts.email_count_7d, 0) + row_number() over by_priority as email_count_7d,
        coalesce(recent_email_counts.email_count_30d, 0) + row_number() over by_priority as email_count_30d
    from messages
    left join recent_email_counts on messages.contact_id = recent_email_counts.contact_id
    where messages.sent_at is null and messages.skip_reason is null and messages.due_on <= {{ as_of() }}
    window by_priority as (
        partition by messages.contact_id
        order by
            messages.priority desc, messages.due_at asc, messages.sequence asc, messages.step asc,
            messages.triggered_at asc
    )

),

messages_over_the_cap as (

    select
        contact_id,
        sequence,
        step,
        triggered_at,
        case
            when email_count_30d > max_emails_per_month then 'own_limit'
            when email_count_7d > {{ var('max_emails_7d') }} then 'limit_7d'
            else 'limit_30d'
        end as skip_reason
    from candidate_messages
    where
        email_count_30d > max_emails_per_month
        or email_count_7d > {{ var('max_emails_7d') }}
        or email_count_30d > {{ var('max_emails_30d') }}

),

messages_with_reason as (

    select
        messages.*,
        coalesce(messages.skip_reason, messages_over_the_cap.skip_reason) as reason
    from messages
    left join messages_over_the_cap
        on
            messages.contact_id = messages_over_the_cap.contact_id
            and messages.sequence = messages_over_the_cap.sequence
            and messages.step = messages_over_the_cap.step
            and messages.triggered_at = messages_over_the_cap.triggered_at

)

select
    contact_id,
    sequence,
    step,
    enrollment_number,
    triggered_at,
    due_at,
    due_on,
    expires_on,
    case
        when sent_at is not null then 'sent'
        when reason is not null then 'skipped'
        when due_on > {{ as_of() }} then 'upcoming'
        else 'due'
    end as status,
    reason,
    offer,
    priority,
    campaign_id,
    sent_at,
    source_id,
    {{ as_of() }} as as_of
from messages_with_reason
