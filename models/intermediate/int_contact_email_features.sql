with emails as (

    select * from {{ ref('fct_emails') }}

),

email_events as (

    select * from {{ ref('fct_email_events') }}

),

delivered_email_counts as (

    select
        contact_id,
        count(*) as delivered_count,
        count(case when is_opened then 1 end) as opened_count,
        count(case when is_clicked then 1 end) as clicked_count,
        min(sent_on) as first_emailed_on,
        max(sent_on) as last_emailed_on
    from emails
    where is_delivered
    group by contact_id

),

-- A click needs an open, whether or not the email program let the open be counted.
responses as (

    select
        contact_id,
        max(case when event_type = 'opened' then occurred_on end) as last_opened_on,
        max(case when event_type = 'clicked' then occurred_on end) as last_clicked_on,
        min(occurred_on) as first_response_on,
        max(occurred_on) as last_response_on,
        min(
            case
                when event_type = 'clicked' and lower(link_url) like '{{ var("demo_link_pattern") }}' then occurred_on
            end
        ) as first_demo_click_on
    from email_events
    where (event_type = 'opened' and not is_machine_open) or event_type = 'clicked'
    group by contact_id

)

select
    coalesce(delivered_email_counts.contact_id, responses.contact_id) as contact_id,
    coalesce(delivered_email_counts.delivered_count, 0) as delivered_count,
    coalesce(delivered_email_counts.opened_count, 0) as opened_count,
    coalesce(delivered_email_counts.clicked_count, 0) as clicked_count,
    cast(delivered_email_counts.opened_count as double) / delivered_email_counts.delivered_count as open_rate,
    cast(delivered_email_counts.clicked_count as double) / delivered_email_counts.delivered_count as click_rate,
    delivered_email_counts.first_emailed_on,
    delivered_email_counts.last_emailed_on,
    responses.last_opened_on,
    responses.last_clicked_on,
    responses.first_response_on,
    responses.last_response_on,
    responses.first_demo_click_on
from delivered_email_counts
full outer join responses on delivered_email_counts.contact_id = responses.contact_id
