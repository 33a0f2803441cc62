with enrollments as (

    select * from {{ ref('sequence_enrollments') }}

),

sequences as (

    select * from {{ ref('sequences') }}

),

steps as (

    select * from {{ ref('sequence_steps') }}

),

contacts as (

    select * from {{ ref('dim_contacts') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

emails as (

    select * from {{ ref('fct_emails') }}

),

step_campaigns as (

    select
        campaign_id,
        sequence,
        sequence_step as step,
        row_number() over (
            partition by sequence, sequence_step order by sent_at desc nulls last, campaign_id asc
        ) as campaign_number
    from campaigns
    where sequence is not null and sequence_step is not null

),

planned as (

    select
        enrollments.contact_id,
        enrollments.sequence,
        enrollments.triggered_at,
        enrollments.enrollment_number,
        enrollments.source_id,
        enrollments.goal_reached_at,
        enrollments.unsubscribed_at,
        steps.step,
        steps.offer,
        steps.valid_days,
        steps.condition,
        steps.condition_step,
        case steps.delay_unit
            when 'hours' then {{ dbt.dateadd('hour', 'steps.delay', 'enrollments.triggered_at') }}
            when 'days' then {{ dbt.dateadd('day', 'steps.delay', 'enrollments.triggered_at') }}
            when 'months'
                then {{ start_of_day(months_after(local_date('enrollments.triggered_at'), 'steps.delay')) }}
        end as due_at
    from enrollments
    inner join steps on enrollments.sequence = steps.sequence

),

dated as (

    select
        *,
        {{ local_date('due_at') }} as due_on,
        cast({{ dbt.dateadd('day', 'valid_days', local_date('due_at')) }} as date) as expires_on
    from planned

),

listed as (

    select
        *,
        lead(due_on) over same_step as next_due_on,
        lag(expires_on) over same_step as previous_expires_on
    from dated
    where due_on <= {{ dbt.dateadd('day', var('sequence_upcoming_days'), as_of()) }}
    window same_step as (partition by contact_id, sequence, step order by triggered_at asc)

),

-- An email of the step that was sent after the trigger is this message, unless the enrollment before still waits
-- for its own: until that one's expires, or this one's day has come, for a sender's daily enrollment may be
-- ahead of the hour. So each email is one enrollment's.
started as (

    select
        *,
        case
            when previous_expires_on is null then triggered_at
            else greatest(triggered_at, {{ start_of_day('least(due_on, previous_expires_on)') }})
        end as counts_from
    from listed

),

bounded as (

    select
        *,
        lead(counts_from) over (partition by contact_id, sequence, step order by triggered_at asc) as counts_until
    from started

),

-- What became of an email is that email's, also when the next enrollment's has begun to count.
step_emails as (

    select
        emails.*,
        step_campaigns.sequence,
        step_campaigns.step
    from emails
    inner join step_campaigns on emails.campaign_id = step_campaigns.campaign_id

),

emailed as (

    select
        bounded.contact_id,
        bounded.sequence,
        bounded.step,
        bounded.triggered_at,
        min(step_emails.sent_at) as sent_at,
        min(step_emails.campaign_id) as campaign_id,
        max(case when step_emails.is_opened or step_emails.is_clicked then 1 else 0 end) as opened,
        max(case when step_emails.is_clicked then 1 else 0 end) as clicked
    from bounded
    inner join step_emails
        on
            bounded.contact_id = step_emails.contact_id
            and bounded.sequence = step_emails.sequence
            and bounded.step = step_emails.step
            and bounded.counts_from <= step_emails.sent_at
            and (bounded.counts_until > step_emails.sent_at or bounded.counts_until is null)
    group by bounded.contact_id, bounded.sequence, bounded.step, bounded.triggered_at

),

followed as (

    select
        bounded.*,
        emailed.sent_at,
        coalesce(emailed.campaign_id, step_campaigns.campaign_id) as campaign_id,
        sequences.priority,
        contacts.max_emails_per_month,
        contacts.can_receive_email,
        contacts.suppression_reason,
        contacts.suppressed_on,
        case bounded.condition
            when 'sent' then asked.sent_at is not null
            when 'opened' then asked.sent_at is not null and asked.opened = 1
            when 'clicked' then asked.sent_at is not null and asked.clicked = 1
            when 'not_opened' then asked.sent_at is not null and asked.opened = 0
            when 'not_clicked' then asked.sent_at is not null and asked.clicked = 0
            else true
        end as is_condition_met
    from bounded
    inner join sequences on bounded.sequence = sequences.sequence
    inner join contacts on bounded.contact_id = contacts.contact_id
    left join step_campaigns
        on
            bounded.sequence = step_campaigns.sequence
            and bounded.step = step_campaigns.step
            and step_campaigns.campaign_number = 1
    left join emailed
        on
            bounded.contact_id = emailed.contact_id
            and bounded.sequence = emailed.sequence
            and bounded.step = emailed.step
            and bounded.triggered_at = emailed.triggered_at
    left join emailed as asked
        on
            bounded.contact_id = asked.contact_id
            and bounded.sequence = asked.sequence
            and bounded.condition_step = asked.step
            and bounded.triggered_at = asked.triggered_at

),

-- What came first counts: who left the list after a message had expired did not miss it for that.
judged as (

    select
        *,
        case
            when sent_at is not null then null
            when {{ local_date('goal_reached_at') }} < expires_on then 'goal_reached'
            when {{ local_date('unsubscribed_at') }} < expires_on then 'unsubscribed'
            when not can_receive_email and (suppressed_on < expires_on or expires_on > {{ as_of() }})
                then suppression_reason
            when next_due_on < expires_on and next_due_on <= {{ as_of() }} then 'superseded'
            when expires_on <= {{ as_of() }} then 'missed'
            when due_on <= {{ as_of() }} and not is_condition_met then 'condition_not_met'
        end as skip_reason
    from followed

),

recent_counts as (

    select
        contact_id,
        count(case when sent_on > {{ days_before_as_of(7) }} then 1 end) as email_count_7d,
        count(*) as email_count_30d
    from emails
    where sent_on > {{ days_before_as_of(30) }}
    group by contact_id

),

waiting as (

    select
        judged.contact_id,
        judged.sequence,
        judged.step,
        judged.triggered_at,
        judged.max_emails_per_month,
        coalesce(recent_counts.email_count_7d, 0) + row_number() over by_priority as email_count_7d,
        coalesce(recent_counts.email_count_30d, 0) + row_number() over by_priority as email_count_30d
    from judged
    left join recent_counts on judged.contact_id = recent_counts.contact_id
    where judged.sent_at is null and judged.skip_reason is null and judged.due_on <= {{ as_of() }}
    window by_priority as (
        partition by judged.contact_id
        order by
            judged.priority desc, judged.due_at asc, judged.sequence asc, judged.step asc, judged.triggered_at asc
    )

),

-- Those that still wait after the limits were reached.
held_back as (

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
    from waiting
    where
        email_count_30d > max_emails_per_month
        or email_count_7d > {{ var('max_emails_7d') }}
        or email_count_30d > {{ var('max_emails_30d') }}

)

select
    judged.contact_id,
    judged.sequence,
    judged.step,
    judged.enrollment_number,
    judged.triggered_at,
    judged.due_at,
    judged.due_on,
    judged.expires_on,
    case
        when judged.sent_at is not null then 'sent'
        when coalesce(judged.skip_reason, held_back.skip_reason) is not null then 'skipped'
        when judged.due_on > {{ as_of() }} then 'upcoming'
        else 'due'
    end as status,
    coalesce(judged.skip_reason, held_back.skip_reason) as reason,
    judged.offer,
    judged.priority,
    judged.campaign_id,
    judged.sent_at,
    judged.source_id,
    {{ as_of() }} as as_of
from judged
left join held_back
    on
        judged.contact_id = held_back.contact_id
        and judged.sequence = held_back.sequence
        and judged.step = held_back.step
        and judged.triggered_at = held_back.triggered_at
