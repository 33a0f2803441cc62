-- Results of campaigns, also by segment, and the messages of sequences.
create macro wilson_low(part, whole) as case
    when whole = 0 then null
    when part = 0 then 0e0
    else (part + 1.9207294103470627e0 - 1.959963984540054e0 * sqrt(
        cast(part as double) * (whole - part) / whole + 0.9603647051735313e0
    )) / (whole + 3.8414588206941254e0)
end;
create macro wilson_high(part, whole) as case
    when whole = 0 then null
    when part = whole then 1e0
    else (part + 1.9207294103470627e0 + 1.959963984540054e0 * sqrt(
        cast(part as double) * (whole - part) / whole + 0.9603647051735313e0
    )) / (whole + 3.8414588206941254e0)
end;

create temp table credits as
with clicks_before_orders as (
    select
        orders.order_id,
        any_value(orders.total_amount) as total_amount,
        any_value(orders.contact_number) as contact_number,
        arg_max({'campaign_id': clicks.campaign_id, 'email_number': clicks.email_number},
            (clicks.occurred_at, clicks.event_id)) as click
    from fct_orders as orders
    inner join clicks
        on
            orders.contact_number = clicks.contact_number
            and orders.ordered_at > clicks.occurred_at
            and orders.ordered_at <= clicks.occurred_at + interval 7 days
    where orders.is_completed
    group by orders.order_id
)
select
    contact_number,
    click.campaign_id as campaign_id,
    click.email_number as email_number,
    count(*) as credited_order_count,
    sum(total_amount) as revenue
from clicks_before_orders
group by all;

create temp table campaign_emails as
select
    emails.*,
    not emails.is_bounced as is_delivered,
    case when emails.is_clicked then coalesce(credits.credited_order_count, 0) else 0 end as credited_order_count,
    cast(case when emails.is_clicked then coalesce(credits.revenue, 0) else 0 end as decimal(18, 2)) as revenue
from fct_emails as emails
left join credits using (contact_number, campaign_id, email_number)
where emails.campaign_id is not null;

create temp table campaign_counts as
select
    campaign_id,
    min(sent_on) as first_sent_on,
    count(*) as sent,
    count(distinct contact_number) as recipient_count,
    count(*) filter (where is_delivered) as delivered,
    count(*) filter (where is_opened) as opened,
    count(*) filter (where is_opened_by_machine_only) as machine_opened,
    count(*) filter (where is_clicked) as clicked,
    count(*) filter (where is_opened and is_clicked) as opened_and_clicked,
    count(*) filter (where is_bounced) as bounced,
    count(*) filter (where is_unsubscribed) as unsubscribed,
    count(*) filter (where is_complained) as complained,
    count(*) filter (where credited_order_count > 0) as conversions,
    cast(sum(credited_order_count) as bigint) as credited_order_count,
    cast(sum(revenue) as decimal(18, 2)) as revenue
from campaign_emails
group by campaign_id;

create table campaign_kpis as
with counts as (
    select
        campaign_id,
        campaigns.* exclude (campaign_id, sent_at) replace (
            coalesce(campaigns.sent_on, counts.first_sent_on) as sent_on
        ),
        coalesce(columns(counts.* exclude (campaign_id, first_sent_on)), 0)
    from campaign_counts as counts
    full join dim_campaigns as campaigns using (campaign_id)
)
select
    *,
    cast(opened as double) / nullif(delivered, 0) as open_rate,
    wilson_low(opened, delivered) as open_rate_low,
    wilson_high(opened, delivered) as open_rate_high,
    cast(clicked as double) / nullif(delivered, 0) as click_rate,
    wilson_low(clicked, delivered) as click_rate_low,
    wilson_high(clicked, delivered) as click_rate_high,
    cast(opened_and_clicked as double) / nullif(opened, 0) as click_to_open_rate,
    wilson_low(opened_and_clicked, opened) as click_to_open_rate_low,
    wilson_high(opened_and_clicked, opened) as click_to_open_rate_high,
    cast(conversions as double) / nullif(delivered, 0) as conversion_rate,
    wilson_low(conversions, delivered) as conversion_rate_low,
    wilson_high(conversions, delivered) as conversion_rate_high,
    (select any_value(reporting_currency) from rates) as currency,
    getvariable('as_of') as as_of
from counts;

-- On the first day that is built nothing is known of the segments of the days before.
create table segment_kpis as
with known_segments as (
    select
        definitions.segment,
        campaigns.campaign_id
    from segment_definitions as definitions
    cross join (select distinct campaign_id from campaign_emails where sent_on = getvariable('as_of')) as campaigns
    where definitions.members_are_published
),

emails as (
    select
        history.segment,
        emails.*
    from campaign_emails as emails
    inner join contact_map on emails.contact_number = contact_map.contact_number
        and contact_map.source_contact_id = contact_map.contact_id
    inner join segment_history as history on contact_map.contact_id = history.contact_id
    where emails.sent_on = getvariable('as_of')
),

counts as (
    select
        known_segments.segment,
        known_segments.campaign_id,
        count(emails.contact_number) as sent,
        count(distinct emails.contact_number) as recipient_count,
        count(*) filter (where is_delivered) as delivered,
        count(*) filter (where is_opened) as opened,
        count(*) filter (where is_opened_by_machine_only) as machine_opened,
        count(*) filter (where is_clicked) as clicked,
        count(*) filter (where is_opened and is_clicked) as opened_and_clicked,
        count(*) filter (where is_bounced) as bounced,
        count(*) filter (where is_unsubscribed) as unsubscribed,
        count(*) filter (where is_complained) as complained,
        count(*) filter (where credited_order_count > 0) as conversions,
        cast(coalesce(sum(credited_order_count), 0) as bigint) as credited_order_count,
        cast(coalesce(sum(revenue), 0) as decimal(18, 2)) as revenue
    from known_segments
    left join emails on known_segments.segment = emails.segment and known_segments.campaign_id = emails.campaign_id
    group by all
)
select
    *,
    cast(opened as double) / nullif(delivered, 0) as open_rate,
    wilson_low(opened, delivered) as open_rate_low,
    wilson_high(opened, delivered) as open_rate_high,
    cast(clicked as double) / nullif(delivered, 0) as click_rate,
    wilson_low(clicked, delivered) as click_rate_low,
    wilson_high(clicked, delivered) as click_rate_high,
    cast(opened_and_clicked as double) / nullif(opened, 0) as click_to_open_rate,
    wilson_low(opened_and_clicked, opened) as click_to_open_rate_low,
    wilson_high(opened_and_clicked, opened) as click_to_open_rate_high,
    cast(conversions as double) / nullif(delivered, 0) as conversion_rate,
    wilson_low(conversions, delivered) as conversion_rate_low,
    wilson_high(conversions, delivered) as conversion_rate_high,
    (select any_value(reporting_currency) from rates) as currency,
    getvariable('as_of') as as_of
from counts;
