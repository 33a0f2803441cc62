with mails as (

    select * from {{ ref('fct_mails') }}
    where campaign_id is not null

),

clicks as (

    select * from {{ ref('fct_email_events') }}
    where event_type = 'clicked'

),

orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

held_out as (

    select distinct
        contact_id,
        value as campaign_id
    from {{ ref('fct_contact_traits') }}
    where trait = 'hold_out'

),

-- The last click before an order takes the whole order, also a click in a mail of no campaign.
clicks_before_orders as (

    select
        orders.order_id,
        orders.contact_id,
        orders.total_amount,
        clicks.campaign_id,
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
        count(*) as credited_order_count,
        sum(total_amount) as revenue
    from clicks_before_orders
    where clicks_back = 1
    group by contact_id, campaign_id

),

-- Who was held out clicks nothing: both groups are followed from the moment of the sending.
compared_campaigns as (

    select
        held_out.campaign_id,
        coalesce(min(campaigns.sent_at), min(mails.sent_at)) as sent_at
    from (select distinct campaign_id from held_out) as held_out
    left join campaigns on held_out.campaign_id = campaigns.campaign_id
    left join mails on held_out.campaign_id = mails.campaign_id
    group by held_out.campaign_id

),

buyers as (

    select distinct
        compared_campaigns.campaign_id,
        orders.contact_id
    from compared_campaigns
    inner join orders
        on
            compared_campaigns.sent_at < orders.ordered_at
            and orders.ordered_at
            <= {{ dbt.dateadd('day', var('attribution_window_days'), 'compared_campaigns.sent_at') }}

),

audience as (

    select
        contact_id,
        campaign_id
    from mails
    union
    select
        held_out.contact_id,
        held_out.campaign_id
    from held_out
    inner join compared_campaigns on held_out.campaign_id = compared_campaigns.campaign_id
    where compared_campaigns.sent_at is not null

)

select
    audience.contact_id,
    audience.campaign_id,
    mails.sent_on,
    mails.contact_id is not null as is_sent,
    coalesce(mails.is_bounced, false) as is_bounced,
    coalesce(mails.is_delivered, false) as is_delivered,
    coalesce(mails.is_opened, false) as is_opened,
    coalesce(mails.is_opened_by_machine_only, false) as is_opened_by_machine_only,
    coalesce(mails.is_clicked, false) as is_clicked,
    coalesce(mails.is_unsubscribed, false) as is_unsubscribed,
    coalesce(mails.is_complained, false) as is_complained,
    case when mails.is_clicked then coalesce(credits.credited_order_count, 0) else 0 end as credited_order_count,
    cast(case when mails.is_clicked then coalesce(credits.revenue, 0) else 0 end as decimal(18, 2)) as revenue,
    held_out.contact_id is not null as is_held_out,
    case when compared_campaigns.sent_at is not null then buyers.contact_id is not null end as has_ordered
from audience
left join mails on audience.contact_id = mails.contact_id and audience.campaign_id = mails.campaign_id
left join credits on audience.contact_id = credits.contact_id and audience.campaign_id = credits.campaign_id
left join held_out on audience.contact_id = held_out.contact_id and audience.campaign_id = held_out.campaign_id
left join compared_campaigns on audience.campaign_id = compared_campaigns.campaign_id
left join buyers on audience.contact_id = buyers.contact_id and audience.campaign_id = buyers.campaign_id
