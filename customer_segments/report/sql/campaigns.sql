-- Campaigns, the latest first.
select
    campaign_id,
    coalesce(name, campaign_id) as name,
    sequence,
    sequence_step,
    sent_on,
    delivered,
    open_rate,
    open_rate_low,
    open_rate_high,
    click_rate,
    click_rate_low,
    click_rate_high,
    conversions,
    revenue,
    currency
from campaign_kpis
where sent > 0
order by sent_on desc nulls last, campaign_id asc
