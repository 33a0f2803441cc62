with email_events as (

    select * from {{ ref('int_email_events_numbered') }}
    where email_number is not null

),

email_outcomes as (

    select
        contact_id,
        campaign_id,
        email_number,
        min(case when event_type = 'sent' then occurred_at end) as sent_at,
        min(case when event_type in ('delivered', 'bounced') then occurred_at end) as first_outcome_at,
        max(case when event_type = 'bounced' then 1 else 0 end) as bounced,
        max(case when event_type = 'opened' and not is_machine_open then 1 else 0 end) as opened,
        max(case when event_type = 'opened' and is_machine_open then 1 else 0 end) as machine_opened,
        max(case when event_type = 'clicked' then 1 else 0 end) as clicked,
        max(case when event_type = 'unsubscribed' then 1 else 0 end) as unsubscribed,
        max(case when event_type = 'complained' then 1 else 0 end) as complained
    from email_events
    group by contact_id, campaign_id, email_number

)

select
    contact_id,
    coalesce(campaign_id, 'single email') || ' ' || cast(email_number as varchar) as email_id,
    campaign_id,
    email_number,
    coalesce(sent_at, first_outcome_at) as sent_at,
    {{ local_date('coalesce(sent_at, first_outcome_at)') }} as sent_on,
    bounced = 1 as is_bounced,
    bounced = 0 as is_delivered,
    bounced = 0 and opened = 1 as is_opened,
    bounced = 0 and opened = 0 and machine_opened = 1 as is_opened_by_machine_only,
    bounced = 0 and clicked = 1 as is_clicked,
    unsubscribed = 1 as is_unsubscribed,
    complained = 1 as is_complained
from email_outcomes
