with email_events as (

    select * from {{ ref('fct_email_events') }}

),

-- An event without a campaign belongs to the single mail sent last before it.
numbered as (

    select
        *,
        case
            when campaign_id is null
                then sum(case when campaign_id is null and event_type = 'sent' then 1 else 0 end) over (
                    partition by contact_id, case when campaign_id is null then 1 else 0 end
                    order by
                        occurred_at asc,
                        case when event_type = 'sent' then 0 else 1 end asc,
                        event_id asc
                    rows between unbounded preceding and current row
                )
        end as single_mail_number
    from email_events

),

per_mail as (

    select
        contact_id,
        campaign_id,
        single_mail_number,
        min(case when event_type = 'sent' then occurred_at end) as sent_at,
        min(case when event_type in ('sent', 'delivered', 'bounced') then occurred_at end) as first_event_at,
        max(case when event_type = 'bounced' then 1 else 0 end) as bounced,
        max(case when event_type = 'opened' and not is_machine_open then 1 else 0 end) as opened,
        max(case when event_type = 'opened' and is_machine_open then 1 else 0 end) as machine_opened,
        max(case when event_type = 'clicked' then 1 else 0 end) as clicked,
        max(case when event_type = 'unsubscribed' then 1 else 0 end) as unsubscribed,
        max(case when event_type = 'complained' then 1 else 0 end) as complained
    from numbered
    group by contact_id, campaign_id, single_mail_number

)

select
    contact_id,
    coalesce(campaign_id, 'single mail ' || cast(single_mail_number as varchar)) as mail_id,
    campaign_id,
    coalesce(sent_at, first_event_at) as sent_at,
    {{ local_date('coalesce(sent_at, first_event_at)') }} as sent_on,
    bounced = 1 as is_bounced,
    bounced = 0 as is_delivered,
    bounced = 0 and opened = 1 as is_opened,
    bounced = 0 and opened = 0 and machine_opened = 1 as is_opened_by_machine_only,
    bounced = 0 and clicked = 1 as is_clicked,
    unsubscribed = 1 as is_unsubscribed,
    complained = 1 as is_complained
from per_mail
-- What was opened without having been sent (the export began later) has no mail to count for.
where first_event_at is not null
