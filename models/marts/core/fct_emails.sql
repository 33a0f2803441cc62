{{ config(materialized='view') }}

with emails_by_campaign as (

    select * from {{ ref('int_emails_by_campaign') }}
    where is_one_email

),

email_events as (

    select * from {{ ref('int_email_events_numbered') }}
    where email_number is not null

),

email_outcomes as (

    select
        contact_id,
        campaign_id,
        email_number,
        {{ email_outcomes() }}
    from email_events
    group by contact_id, campaign_id, email_number
    union all
    select
        contact_id,
        nullif(campaign_key, '') as campaign_id,
        1 as email_number,
        sent_at,
        sent_on,
        bounced,
        opened,
        machine_opened,
        clicked,
        unsubscribed,
        complained
    from emails_by_campaign

)

select
    contact_id,
    coalesce(campaign_id, 'single email') || ' ' || cast(email_number as varchar) as email_id,
    campaign_id,
    email_number,
    sent_at,
    sent_on,
    bounced = 1 as is_bounced,
    bounced = 0 as is_delivered,
    bounced = 0 and opened = 1 as is_opened,
    bounced = 0 and opened = 0 and machine_opened = 1 as is_opened_by_machine_only,
    bounced = 0 and clicked = 1 as is_clicked,
    unsubscribed = 1 as is_unsubscribed,
    complained = 1 as is_complained
from email_outcomes
