-- Campaigns with a hold-out group, the latest first.
select
    lifts.*,
    coalesce(campaign_kpis.name, lifts.campaign_id) as name
from campaign_lift as lifts
left join campaign_kpis on lifts.campaign_id = campaign_kpis.campaign_id
where lifts.absolute_lift is not null
order by campaign_kpis.sent_on desc nulls last, lifts.campaign_id asc
