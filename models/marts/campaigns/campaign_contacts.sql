with first_emails as (

    select
        contact_id,
        campaign_id,
        min(sent_at) as sent_at,
        min(sent_on) as sent_on
    from {{ ref('fct_emails') }}
    where campaign_id is not null
    group by contact_id, campaign_id

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

-- Contacts held out click nothing: both groups are followed from the moment of the sending.
compared_campaigns as (

    select
        held_out.campaign_id,
        coalesce(min(campaigns.sent_at), min(first_emails.sent_at)) as sent_at
    from (select distinct campaign_id from held_out) as held_out
    left join campaigns on held_out.campaign_id = campaigns.campaign_id
    left join first_emails on held_out.campaign_id = first_emails.campaign_id
    group by held_out.campaign_id

),

buyers as (

    select
        compared_campaigns.campaign_id,
        orders.contact_id,
        sum(orders.total_amount) as ordered_amount
    from compared_campaigns
    inner join orders
        on
            compared_campaigns.sent_at < orders.ordered_at
            and orders.ordered_at
            <= {{ dbt.dateadd('day', var('attribution_window_days'), 'compared_campaigns.sent_at') }}
    group by compared_campaigns.campaign_id, orders.contact_id

),

audience as (

    select
        coalesce(first_emails.contact_id, held_out.contact_id) as contact_id,
        coalesce(first_emails.campaign_id, held_out.campaign_id) as campaign_id,
        first_emails.sent_on as first_sent_on,
        first_emails.contact_id is not null as is_sent,
        held_out.contact_id is not null as is_held_out
    from first_emails
    full outer join held_out
        on first_emails.contact_id = held_out.contact_id and first_emails.campaign_id = held_out.campaign_id

)

select
    audience.contact_id,
    audience.campaign_id,
    audience.first_sent_on,
    audience.is_sent,
    audience.is_held_out,
    case when compared_campaigns.sent_at is not null then buyers.contact_id is not null end as has_ordered,
    cast(
        case when compared_campaigns.sent_at is not null then coalesce(buyers.ordered_amount, 0) end
        as decimal(18, 2)
    ) as ordered_amount
from audience
left join compared_campaigns on audience.campaign_id = compared_campaigns.campaign_id
left join buyers on audience.contact_id = buyers.contact_id and audience.campaign_id = buyers.campaign_id
where audience.is_sent or compared_campaigns.sent_at is not null
