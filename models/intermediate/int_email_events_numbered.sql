{{ config(materialized='table') }}

with email_events as (

    select
        *,
        coalesce(campaign_id, '') as campaign_key
    from {{ ref('fct_email_events') }}

),

-- Few contacts get a campaign more than once: only their events are numbered.
emails as (

    select * from {{ ref('int_emails_by_campaign') }}
    where not is_one_email

),

events_of_emails as (

    select
        email_events.*,
        emails.first_sent_on,
        emails.first_email_on,
        emails.is_at_most_one_email
    from email_events
    inner join emails
        on
            email_events.contact_id = emails.contact_id
            and email_events.campaign_key = emails.campaign_key

),

events_with_the_one_before as (

    select
        *,
        lag(event_type) over sent_and_delivered as previous_event_type,
        lag(occurred_on) over sent_and_delivered as previous_occurred_on
    from events_of_emails
    where not is_at_most_one_email
    window sent_and_delivered as (
        partition by contact_id, campaign_key, case when event_type in ('sent', 'delivered') then 1 else 0 end
        order by occurred_at asc, event_type desc, event_id asc
    )

),

events_that_may_begin_an_email as (

    select
        *,
        case
            when event_type = 'sent' then 1
            when
                event_type in ('delivered', 'bounced')
                and (first_sent_on is null or occurred_on < first_sent_on)
                then 1
            -- An email is delivered once: the source no longer says when it sent.
            when
                event_type = 'delivered' and previous_event_type = 'delivered' and occurred_on > previous_occurred_on
                then 1
            else 0
        end as begins_email
    from events_with_the_one_before

),

numbered_events as (

    select
        *,
        sum(begins_email) over (
            partition by contact_id, campaign_key
            order by occurred_at asc, begins_email desc, event_id asc, event_type asc
            rows between unbounded preceding and current row
        ) as begun_count
    from events_that_may_begin_an_email

),

all_events as (

    select
        event_id,
        contact_id,
        event_type,
        occurred_at,
        occurred_on,
        campaign_id,
        is_machine_open,
        first_email_on,
        1 as begun_count
    from events_of_emails
    where is_at_most_one_email
    union all
    select
        event_id,
        contact_id,
        event_type,
        occurred_at,
        occurred_on,
        campaign_id,
        is_machine_open,
        first_email_on,
        begun_count
    from numbered_events

)

select
    event_id,
    contact_id,
    event_type,
    occurred_at,
    occurred_on,
    campaign_id,
    is_machine_open,
    -- Clocks differ, and some sources know the day alone: events before the first email, on its day, are its own.
    case when occurred_on >= first_email_on then cast(greatest(begun_count, 1) as integer) end as email_number
from all_events
