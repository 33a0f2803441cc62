{{ config(materialized='table') }}

with email_events as (

    select
        *,
        coalesce(campaign_id, '') as campaign_key
    from {{ ref('fct_email_events') }}

),

emails_by_campaign as (

    select
        contact_id,
        campaign_key,
        count(case when event_type = 'sent' then 1 end) as sent_count,
        count(case when event_type in ('delivered', 'bounced') then 1 end) as outcome_count,
        min(occurred_on) as first_event_on,
        min(case when event_type = 'sent' then occurred_on end) as first_sent_on,
        min(case when event_type = 'delivered' then occurred_on end) as first_delivered_on,
        max(case when event_type = 'delivered' then occurred_on end) as last_delivered_on,
        min(case when event_type in ('sent', 'delivered', 'bounced') then occurred_on end) as first_email_on,
        {{ email_outcomes() }}
    from email_events
    group by contact_id, campaign_key

),

emails_counted as (

    select
        *,
        case
            when sent_count = 1
                then first_email_on = first_sent_on and coalesce(first_delivered_on = last_delivered_on, true)
            else sent_count = 0 and outcome_count <= 1
        end as is_at_most_one_email
    from emails_by_campaign

)

select
    contact_id,
    campaign_key,
    first_sent_on,
    first_email_on,
    is_at_most_one_email,
    coalesce(is_at_most_one_email and first_event_on = first_email_on, false) as is_one_email,
    sent_at,
    sent_on,
    bounced,
    opened,
    machine_opened,
    clicked,
    unsubscribed,
    complained
from emails_counted
