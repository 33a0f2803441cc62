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

birthdays as (

    select * from {{ ref('int_sequence_birthdays') }}

),

membership_periods as (

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

trigger_events as (

    -- Contacts with a consent signed up then; contacts without one, when they were created.
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
    select
        contact_id,
        sequence,
        {{ start_of_day('birthday') }} as triggered_at,
        cast(null as varchar) as source_id
    from birthdays
    union all
    -- The members of the first day on which the segment was built did not enter then.
    select
        membership_periods.contact_id,
        sequences.sequence,
        {{ start_of_day('membership_periods.entered_at') }} as triggered_at,
        membership_periods.segment as source_id
    from membership_periods
    inner join sequences on membership_periods.segment = sequences.segment
    inner join first_segment_days on membership_periods.segment = first_segment_days.segment
    where
        sequences.trigger = 'entered_segment'
        and membership_periods.entered_at > first_segment_days.first_day
        and membership_periods.entered_at <= {{ as_of() }}

)

-- Two orders at the same moment are one trigger.
select
    contact_id,
    sequence,
    triggered_at,
    min(source_id) as source_id
from trigger_events
group by contact_id, sequence, triggered_at
