with all_emails as (

    select * from {{ ref('campaign_emails') }}

),

membership_periods as (

    select * from {{ ref('int_resolved_membership_periods') }}

),

segment_days as (

    select * from {{ ref('segment_days') }}

),

reporting_currency as (

    select * from {{ ref('dim_reporting_currency') }}

),

-- The contacts with whose emails the figures went up would be known as members.
withheld_segments as (

    select segment
    from {{ ref('segment_definitions') }}
    where not members_are_published

),

days_of_sending as (

    select distinct
        campaign_id,
        sent_on
    from all_emails

),

-- On a day of sending, the segments of the last day built are known. Before the first, none is.
last_built_days as (

    select
        days_of_sending.campaign_id,
        max(built_days.day) as built_on
    from days_of_sending
    inner join (select distinct day from segment_days) as built_days
        on days_of_sending.sent_on >= built_days.day
    group by days_of_sending.campaign_id, days_of_sending.sent_on

),

known_segments as (

    select distinct
        segment_days.segment,
        last_built_days.campaign_id
    from last_built_days
    inner join segment_days on last_built_days.built_on = segment_days.day
    left join withheld_segments on segment_days.segment = withheld_segments.segment
    where withheld_segments.segment is null

),

emails as (

    select
        membership_periods.segment,
        all_emails.*
    from all_emails
    inner join membership_periods
        on
            all_emails.contact_id = membership_periods.contact_id
            and all_emails.sent_on >= membership_periods.entered_at
            and (all_emails.sent_on < membership_periods.left_at or membership_periods.left_at is null)
    -- Else each earlier email is compared with all periods of its contact.
    where all_emails.sent_on >= (select min(segment_days.day) from segment_days)

),

counts as (

    select
        known_segments.segment,
        known_segments.campaign_id,
        {{ email_counts() }}
    from known_segments
    left join emails
        on
            known_segments.segment = emails.segment
            and known_segments.campaign_id = emails.campaign_id
    group by known_segments.segment, known_segments.campaign_id

)

select
    counts.segment,
    counts.campaign_id,
    {{ email_results() }},
    reporting_currency.currency,
    {{ as_of() }} as as_of
from counts
cross join reporting_currency
