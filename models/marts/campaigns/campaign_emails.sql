with emails as (

    select * from {{ ref('fct_emails') }}
    where campaign_id is not null

),

email_events as (

    select * from {{ ref('fct_email_events') }}
    where event_type = 'clicked'

),

emails_by_campaign as (

    select * from {{ ref('int_emails_by_campaign') }}
    where is_one_email

),

clicks as (

    select
        contact_id,
        campaign_id,
        email_number,
        event_id,
        occurred_at
    from {{ ref('int_email_events_numbered') }}
    where event_type = 'clicked'
    union all
    select
        email_events.contact_id,
        email_events.campaign_id,
        1 as email_number,
        email_events.event_id,
        email_events.occurred_at
    from email_events
    inner join emails_by_campaign
        on
            email_events.contact_id = emails_by_campaign.contact_id
            and coalesce(email_events.campaign_id, '') = emails_by_campaign.campaign_key

),

orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

-- The last click before an order takes the whole order, also a click in an email of no campaign.
clicks_before_orders as (

    select
        orders.order_id,
        orders.contact_id,
        orders.total_amount,
        clicks.campaign_id,
        clicks.email_number,
        row_number() over (
            partition by orders.order_id
            order by clicks.occurred_at desc, clicks.event_id desc
        ) as clicks_back
    from orders
    inner join clicks
        on
            orders.contact_id = clicks.contact_id
            and orders.ordered_at > clicks.occurred_at
            and orders.ordered_at <= {{ dbt.dateadd('day', var('attribution_window_days'), 'clicks.occurred_at') }}

),

credits as (

    select
        contact_id,
        campaign_id,
        email_number,
        count(*) as credited_order_count,
        sum(total_amount) as revenue
    from clicks_before_orders
    where clicks_back = 1
    group by contact_id, campaign_id, email_number

)

select
    emails.contact_id,
    emails.email_id,
    emails.campaign_id,
    emails.sent_on,
    emails.is_bounced,
    emails.is_delivered,
    emails.is_opened,
    emails.is_opened_by_machine_only,
    emails.is_clicked,
    emails.is_unsubscribed,
    emails.is_complained,
    case when emails.is_clicked then coalesce(credits.credited_order_count, 0) else 0 end as credited_order_count,
    cast(case when emails.is_clicked then coalesce(credits.revenue, 0) else 0 end as decimal(18, 2)) as revenue
from emails
left join credits
    on
        emails.contact_id = credits.contact_id
        and emails.campaign_id = credits.campaign_id
        and emails.email_number = credits.email_number
