{{ config(enabled=var('using_campaigns')) }}
-- A contact is in one lifecycle stage at a time, so the stages' emails are different ones; and the
-- results of a campaign among the members of a segment are a part of its results.
with campaign_kpis as (

    select * from {{ ref('campaign_kpis') }}

),

segment_kpis as (

    select * from {{ ref('segment_kpis') }}

),

parts as (

    select
        campaign_id,
        segment as part,
        sent,
        recipient_count,
        delivered,
        opened,
        machine_opened,
        clicked,
        bounced,
        conversions,
        revenue
    from segment_kpis
    union all
    select
        segment_kpis.campaign_id,
        'all lifecycle stages' as part,
        sum(segment_kpis.sent) as sent,
        -- A contact may have got it in several stages, but no more often than emails were sent.
        max(segment_kpis.recipient_count) as recipient_count,
        sum(segment_kpis.delivered) as delivered,
        sum(segment_kpis.opened) as opened,
        sum(segment_kpis.machine_opened) as machine_opened,
        sum(segment_kpis.clicked) as clicked,
        sum(segment_kpis.bounced) as bounced,
        sum(segment_kpis.conversions) as conversions,
        sum(segment_kpis.revenue) as revenue
    from segment_kpis
    where segment_kpis.segment like 'lifecycle%'
    group by segment_kpis.campaign_id

)

select parts.*
from parts
left join campaign_kpis on parts.campaign_id = campaign_kpis.campaign_id
where
    campaign_kpis.campaign_id is null
    or parts.sent > campaign_kpis.sent
    or parts.recipient_count > campaign_kpis.recipient_count
    or parts.delivered > campaign_kpis.delivered
    or parts.opened > campaign_kpis.opened
    or parts.machine_opened > campaign_kpis.machine_opened
    or parts.clicked > campaign_kpis.clicked
    or parts.bounced > campaign_kpis.bounced
    or parts.conversions > campaign_kpis.conversions
    or parts.revenue > campaign_kpis.revenue
