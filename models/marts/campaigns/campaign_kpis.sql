with emails as (

    select * from {{ ref('campaign_emails') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

reporting_currency as (

    select * from {{ ref('dim_reporting_currency') }}

),

-- Emails may name a campaign that is not in the list of campaigns.
counts as (

    select
        coalesce(campaigns.campaign_id, emails.campaign_id) as campaign_id,
        min(emails.sent_on) as first_sent_on,
        {{ email_counts() }}
    from campaigns
    full outer join emails on campaigns.campaign_id = emails.campaign_id
    group by coalesce(campaigns.campaign_id, emails.campaign_id)

)

select
    counts.campaign_id,
    campaigns.name,
    campaigns.topic,
    campaigns.offer,
    campaigns.sequence,
    campaigns.sequence_step,
    coalesce(campaigns.sent_on, counts.first_sent_on) as sent_on,
    {{ email_results() }},
    reporting_currency.currency,
    {{ as_of() }} as as_of
from counts
cross join reporting_currency
left join campaigns on counts.campaign_id = campaigns.campaign_id
