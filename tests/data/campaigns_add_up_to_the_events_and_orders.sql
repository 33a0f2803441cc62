-- A test of the models rather than of the data: `make test` runs it, builds do not.
{{ config(enabled=var('using_campaigns'), tags=['recount']) }}

-- Counted anew from events and orders, without fct_emails and campaign_emails: the email of an event is found
-- by looking up the last one begun up to then, not by counting.
with all_events as (

    select * from {{ ref('fct_email_events') }}

),

first_sent as (

    select
        contact_id,
        campaign_id,
        min(occurred_on) as sent_on
    from all_events
    where event_type = 'sent'
    group by contact_id, campaign_id

),

sent_or_delivered as (

    select
        *,
        lag(event_type) over (by_campaign) as previous_event_type,
        lag(occurred_on) over (by_campaign) as previous_occurred_on
    from all_events
    where event_type in ('sent', 'delivered')
    window by_campaign as (
        partition by contact_id, campaign_id
        order by occurred_at asc, event_type desc, event_id asc
    )

),

-- Delivered on a later day than before, without having been sent again.
delivered_again as (

    select * exclude (previous_event_type, previous_occurred_on)
    from sent_or_delivered
    where
        event_type = 'delivered'
        and previous_event_type = 'delivered'
        and occurred_on > previous_occurred_on

),

beginnings as (

    select * from delivered_again
    union
    select all_events.*
    from all_events
    left join first_sent
        on
            all_events.contact_id = first_sent.contact_id
            and all_events.campaign_id is not distinct from first_sent.campaign_id
    where
        all_events.event_type = 'sent'
        or (
            all_events.event_type in ('delivered', 'bounced')
            and (first_sent.sent_on is null or all_events.occurred_on < first_sent.sent_on)
        )

),

-- Each email of a campaign by its moment and key; of an event of the first day before it, by the first.
events as (

    select
        all_events.*,
        coalesce(
            max(row(beginnings.occurred_at, beginnings.event_id)) filter (
                where beginnings.occurred_at < all_events.occurred_at
                or (
                    beginnings.occurred_at = all_events.occurred_at
                    and (all_events.event_type <> 'sent' or beginnings.event_id <= all_events.event_id)
                )
            ),
            min(row(beginnings.occurred_at, beginnings.event_id)) filter (
                where beginnings.occurred_on = all_events.occurred_on
            )
        ) as email
    from all_events
    left join beginnings
        on
            all_events.contact_id = beginnings.contact_id
            and all_events.campaign_id is not distinct from beginnings.campaign_id
    group by all

),

orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

emails as (

    select
        contact_id,
        campaign_id,
        email,
        bool_or(event_type = 'bounced') as is_bounced,
        bool_or(event_type = 'opened' and not is_machine_open) as is_opened,
        bool_or(event_type = 'opened') as is_opened_by_any,
        bool_or(event_type = 'clicked') as is_clicked,
        bool_or(event_type = 'unsubscribed') as is_unsubscribed,
        bool_or(event_type = 'complained') as is_complained
    from events
    where campaign_id is not null and email is not null
    group by contact_id, campaign_id, email

),

last_clicks as (

    select
        orders.order_id,
        orders.contact_id,
        orders.total_amount,
        last(events.campaign_id order by events.occurred_at asc, events.event_id asc) as campaign_id,
        last(events.email order by events.occurred_at asc, events.event_id asc) as email
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
        count(distinct row(contact_id, campaign_id)) as recipient_count,
        count(case when not is_bounced and is_opened then 1 end) as opened,
        count(case when not is_bounced and is_opened_by_any and not is_opened then 1 end) as machine_opened,
        count(case when not is_bounced and is_clicked then 1 end) as clicked,
        count(case when is_bounced then 1 end) as bounced,
        count(case when is_unsubscribed then 1 end) as unsubscribed,
        count(case when is_complained then 1 end) as complained
    from emails

),

-- Two that a contact got at the same moment under the same key are two all the same.
begun as (

    select count(*) as sent
    from beginnings
    where campaign_id is not null

),

credited as (

    select
        count(distinct row(emails.contact_id, emails.campaign_id, emails.email)) as conversions,
        count(*) as credited_order_count,
        coalesce(sum(last_clicks.total_amount), 0) as revenue
    from last_clicks
    inner join emails
        on
            last_clicks.contact_id = emails.contact_id
            and last_clicks.campaign_id = emails.campaign_id
            and last_clicks.email = emails.email
            and not emails.is_bounced

),

published as (

    select
        coalesce(sum(sent), 0) as sent,
        coalesce(sum(recipient_count), 0) as recipient_count,
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
    begun.sent,
    counted.recipient_count,
    begun.sent - counted.bounced as delivered,
    counted.opened,
    counted.machine_opened,
    counted.clicked,
    counted.bounced,
    counted.unsubscribed,
    counted.complained,
    credited.*
from begun
cross join counted
cross join credited
except
select * from published
