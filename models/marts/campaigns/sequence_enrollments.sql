with sequences as (

    select
        sequence,
        cooldown_days,
        {{ start_of_day('starts_on') }} as starts_at
    from {{ ref('sequences') }}

),

triggers as (

    select * from {{ ref('int_sequence_triggers') }}

),

endings as (

    select * from {{ ref('int_sequence_endings') }}

),

triggers_with_the_one_before as (

    select
        triggers.*,
        sequences.cooldown_days,
        sequences.starts_at as sequence_starts_at,
        lag(triggers.triggered_at) over (
            partition by triggers.contact_id, triggers.sequence
            order by triggers.triggered_at asc
        ) as previous_triggered_at
    from triggers
    inner join sequences on triggers.sequence = sequences.sequence

),

-- Enrollments and the events that may end them, in one order of time. At the same moment the ending comes first: the
-- order that begins an enrollment does not end it.
enrollments_and_endings as (

    select
        contact_id,
        sequence,
        triggered_at as occurred_at,
        'trigger' as mark,
        2 as mark_rank,
        source_id
    from triggers_with_the_one_before
    where
        triggered_at >= sequence_starts_at
        and (
            previous_triggered_at is null
            or triggered_at >= {{ dbt.dateadd('day', 'cooldown_days', 'previous_triggered_at') }}
        )
    union all
    select
        contact_id,
        sequence,
        ended_at as occurred_at,
        ending as mark,
        1 as mark_rank,
        cast(null as varchar) as source_id
    from endings

),

enrollments_with_next_endings as (

    select
        *,
        min(case when mark = 'goal_reached' then occurred_at end) over later_marks as goal_reached_at,
        min(case when mark = 'unsubscribed' then occurred_at end) over later_marks as unsubscribed_at
    from enrollments_and_endings
    window later_marks as (
        partition by contact_id, sequence
        order by occurred_at asc, mark_rank asc, mark asc
        rows between 1 following and unbounded following
    )

)

select
    contact_id,
    sequence,
    occurred_at as triggered_at,
    cast(
        row_number() over (partition by contact_id, sequence order by occurred_at asc) as integer
    ) as enrollment_number,
    source_id,
    goal_reached_at,
    unsubscribed_at
from enrollments_with_next_endings
where mark = 'trigger'
