-- How far did the mails of each campaign get: sent, delivered, opened by a person, clicked?
with mails as (

    select * from {{ ref('fct_mails') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

)

select
    campaigns.campaign_id,
    campaigns.name,
    count(*) as sent_count,
    count(case when mails.is_delivered then 1 end) as delivered_count,
    count(case when mails.is_opened then 1 end) as opened_count,
    count(case when mails.is_clicked then 1 end) as clicked_count,
    cast(count(case when mails.is_opened then 1 end) as double)
    / nullif(count(case when mails.is_delivered then 1 end), 0) as open_rate
from mails
inner join campaigns on mails.campaign_id = campaigns.campaign_id
group by campaigns.campaign_id, campaigns.name
order by sent_count desc, campaigns.campaign_id asc
