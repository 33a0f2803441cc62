{{ config(materialized='view') }}

with enrollments as (

    select * from {{ ref('sequence_enrollments') }}

),

steps as (

    select * from {{ ref('sequence_steps') }}

),

messages_with_due_time as (

    select
        enrollments.*,
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

messages_with_due_day as (

    select
        *,
        {{ local_date('due_at') }} as due_on,
        cast({{ dbt.dateadd('day', 'valid_days', local_date('due_at')) }} as date) as expires_on
    from messages_with_due_time

),

messages_beside_their_neighbours as (

    select
        *,
        lead(triggered_at) over same_step as next_triggered_at,
        lead(due_on) over same_step as next_due_on,
        lag(expires_on) over same_step as previous_expires_on
    from messages_with_due_day
    where due_on <= {{ dbt.dateadd('day', var('sequence_upcoming_days'), as_of()) }}
    window same_step as (partition by contact_id, sequence, step order by triggered_at asc)

)

-- An email of the step that was sent after the trigger is this message, unless the enrollment before still
-- waits for its own: until that one's expires, or this one's day has come, for a sender's daily enrollment may be
-- ahead of the hour. So each email is one enrollment's.
select
    contact_id,
    sequence,
    step,
    enrollment_number,
    triggered_at,
    source_id,
    goal_reached_at,
    unsubscribed_at,
    offer,
    condition,
    condition_step,
    due_at,
    due_on,
    expires_on,
    next_due_on,
    case
        when previous_expires_on is null then triggered_at
        else greatest(triggered_at, {{ start_of_day('least(due_on, previous_expires_on)') }})
    end as emails_count_from,
    case
        when next_triggered_at is not null
            then greatest(next_triggered_at, {{ start_of_day('least(next_due_on, expires_on)') }})
    end as emails_count_until
from messages_beside_their_neighbours
