-- Counted anew from events and orders, without fct_mails and campaign_contacts.
with events as (

    select * from {{ ref('fct_email_events') }}

),

orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

mails as (

    select
        contact_id,
        campaign_id,
        bool_or(event_type = 'bounced') as is_bounced,
        bool_or(event_type = 'opened' and not is_machine_open) as is_opened,
        bool_or(event_type = 'opened') as is_opened_by_any,
        bool_or(event_type = 'clicked') as is_clicked,
        bool_or(event_type = 'unsubscribed') as is_unsubscribed,
        bool_or(event_type = 'complained') as is_complained
    from events
    where campaign_id is not null
    group by contact_id, campaign_id
    having bool_or(event_type in ('sent', 'delivered', 'bounced'))

),

last_clicks as (

    select
        orders.order_id,
        orders.contact_id,
        orders.total_amount,
        last(events.campaign_id order by events.occurred_at asc, events.event_id asc) as campaign_id
    from orders
    inner join events
        on
            orders.contact_id = events.contact_id
            and orders.ordered_at > events.occurred_at
            and orders.ordered_at <= events.occurred_at + to_days({{ var('attribution_window_days') }})
    where events.event_type = 'clicked'
    group by orders.order_id, orders.contact_id, orders.total_amount

),

counted as (

    select
        count(*) as sent,
        count(case when not is_bounced then 1 end) as delivered,
        count(case when not is_bounced and is_opened then 1 end) as opened,
        count(case when not is_bounced and is_opened_by_any and not is_opened then 1 end) as machine_opened,
        count(case when not is_bounced and is_clicked then 1 end) as clicked,
        count(case when is_bounced then 1 end) as bounced,
        count(case when is_unsubscribed then 1 end) as unsubscribed,
        count(case when is_complained then 1 end) as complained
    from mails

),

credited as (

    select
        count(distinct last_clicks.contact_id || ' ' || last_clicks.campaign_id) as conversions,
        count(*) as credited_order_count,
        coalesce(sum(last_clicks.total_amount), 0) as revenue
    from last_clicks
    inner join mails
        on
            last_clicks.contact_id = mails.contact_id
            and last_clicks.campaign_id = mails.campaign_id
            and not mails.is_bounced

),

published as (

    select
        coalesce(sum(sent), 0) as sent,
        coalesce(sum(delivered), 0) as delivered,
        coalesce(sum(opened), 0) as opened,
        coalesce(sum(machine_opened), 0) as machine_opened,
        coalesce(sum(clicked), 0) as clicked,
        coalesce(sum(bounced), 0) as bounced,
        coalesce(sum(unsubscribed), 0) as unsubscribed,
        coalesce(sum(complained), 0) as complained,
        coalesce(sum(conversions), 0) as conversions,
        coalesce(sum(credited_order_count), 0) as credited_order_count,
        coalesce(sum(revenue), 0) as revenue
    from {{ ref('campaign_kpis') }}

)

select
    counted.*,
    credited.*
from counted
cross join credited
except
select * from published
