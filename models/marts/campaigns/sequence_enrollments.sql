with sequences as (

    select * from {{ ref('sequences') }}

),

contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

web_events as (

    select * from {{ ref('fct_web_events') }}

),

email_events as (

    select * from {{ ref('fct_email_events') }}

),

stays as (

    select * from {{ ref('int_resolved_membership_periods') }}

),

segment_days as (

    select * from {{ ref('segment_days') }}

),

first_segment_days as (

    select
        segment,
        min(day) as first_day
    from segment_days
    group by segment

),

-- The years in which a birthday sequence looks for birthdays; one before the first day of the sequence may be
-- what the first one after it has to rest from.
year_numbers as (

    {{ dbt.generate_series(100) }}

),

birthday_years as (

    select
        sequences.sequence,
        extract(year from {{ as_of() }}) + 2 - year_numbers.generated_number as birthday_year
    from sequences
    cross join year_numbers
    where
        sequences.trigger = 'birthday'
        and extract(year from {{ as_of() }}) + 2 - year_numbers.generated_number
        >= extract(year from sequences.starts_on) - 1

),

birthdays as (

    select
        contacts.contact_id,
        birthday_years.sequence,
        contacts.created_on,
        {{ birthday_in_year('contacts.birth_date', 'birthday_years.birthday_year') }} as birthday
    from contacts
    cross join birthday_years
    where contacts.birth_date is not null

),

happened as (

    -- Who agreed to be emailed signed up then; who never did, when the contact was created.
    select
        contacts.contact_id,
        sequences.sequence,
        coalesce(case when contacts.email_consent then contacts.consent_at end, contacts.created_at) as triggered_at,
        cast(null as varchar) as source_id
    from contacts
    cross join sequences
    where sequences.trigger = 'signed_up'
    union all
    select
        orders.contact_id,
        sequences.sequence,
        orders.ordered_at as triggered_at,
        orders.order_id as source_id
    from orders
    cross join sequences
    where orders.is_completed and sequences.trigger = 'ordered'
    union all
    select
        web_events.contact_id,
        sequences.sequence,
        web_events.occurred_at as triggered_at,
        web_events.event_id as source_id
    from web_events
    cross join sequences
    where web_events.event_type = 'download' and sequences.trigger = 'downloaded'
    union all
    -- Birthdays are known beforehand, so those to come are triggers too.
    select
        contact_id,
        sequence,
        {{ start_of_day('birthday') }} as triggered_at,
        cast(null as varchar) as source_id
    from birthdays
    where
        birthday >= created_on
        and birthday <= cast({{ dbt.dateadd('day', var('sequence_upcoming_days'), as_of()) }} as date)
    union all
    -- Who was in on the first day on which the segment was built did not enter then.
    select
        stays.contact_id,
        sequences.sequence,
        {{ start_of_day('stays.entered_at') }} as triggered_at,
        stays.segment as source_id
    from stays
    inner join sequences on stays.segment = sequences.segment
    inner join first_segment_days on stays.segment = first_segment_days.segment
    where
        sequences.trigger = 'entered_segment'
        and stays.entered_at > first_segment_days.first_day
        and stays.entered_at <= {{ as_of() }}

),

-- Two orders at the same moment are one trigger.
triggers as (

    select
        happened.contact_id,
        happened.sequence,
        happened.triggered_at,
        min(sequences.cooldown_days) as cooldown_days,
        min({{ start_of_day('sequences.starts_on') }}) as starts_at,
        min(happened.source_id) as source_id
    from happened
    inner join sequences on happened.sequence = sequences.sequence
    group by happened.contact_id, happened.sequence, happened.triggered_at

),

spaced as (

    select
        *,
        lag(triggered_at) over (partition by contact_id, sequence order by triggered_at asc) as previous_triggered_at
    from triggers

),

enrollments as (

    select
        contact_id,
        sequence,
        triggered_at,
        source_id
    from spaced
    where
        triggered_at >= starts_at
        and (
            previous_triggered_at is null
            or triggered_at >= {{ dbt.dateadd('day', 'cooldown_days', 'previous_triggered_at') }}
        )

),

goal_events as (

    select
        contact_id,
        'ordered' as goal,
        ordered_at as reached_at
    from orders
    where is_completed
    union all
    select
        contact_id,
        case event_type when 'download' then 'downloaded' else 'demo_requested' end as goal,
        occurred_at as reached_at
    from web_events
    where event_type in ('download', 'demo_request')

),

-- An enrollment and what may end it, on one line of time. At the same moment the end comes first: the order
-- that begins an enrollment does not end it.
marks as (

    select
        contact_id,
        sequence,
        triggered_at as marked_at,
        'trigger' as mark,
        2 as mark_rank,
        source_id
    from enrollments
    union all
    select
        goal_events.contact_id,
        sequences.sequence,
        goal_events.reached_at as marked_at,
        'goal_reached' as mark,
        1 as mark_rank,
        cast(null as varchar) as source_id
    from goal_events
    inner join sequences on goal_events.goal = sequences.goal
    union all
    select
        email_events.contact_id,
        sequences.sequence,
        email_events.occurred_at as marked_at,
        'unsubscribed' as mark,
        1 as mark_rank,
        cast(null as varchar) as source_id
    from email_events
    cross join sequences
    where email_events.event_type = 'unsubscribed'

),

ended as (

    select
        *,
        min(case when mark = 'goal_reached' then marked_at end) over later_marks as goal_reached_at,
        min(case when mark = 'unsubscribed' then marked_at end) over later_marks as unsubscribed_at
    from marks
    window later_marks as (
        partition by contact_id, sequence
        order by marked_at asc, mark_rank asc, mark asc
        rows between 1 following and unbounded following
    )

)

select
    contact_id,
    sequence,
    marked_at as triggered_at,
    cast(row_number() over (partition by contact_id, sequence order by marked_at asc) as integer) as enrollment_number,
    source_id,
    goal_reached_at,
    unsubscribed_at
from ended
where mark = 'trigger'
