-- Results of all emails to the members that a segment had when they were sent.
select
    segment,
    count(*) as campaign_count,
    sum(delivered) as delivered,
    sum(opened) / nullif(sum(delivered), 0) as open_rate,
    sum(clicked) / nullif(sum(delivered), 0) as click_rate,
    sum(conversions) as conversions,
    sum(revenue) as revenue,
    any_value(currency) as currency
from segment_kpis
group by segment
having sum(delivered) > 0
