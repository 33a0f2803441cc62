-- Features, lifecycle stage, RFM scores and ten rules, in words that DuckDB and PostgreSQL share. Days are UTC.
create table contact_features as
with known_contacts as (
    select
        contact_id,
        max(gender) as gender,
        max(city) as city,
        max(coalesce(relationship, 'contact')) as relationship,
        max(cast(created_at as date)) as created_on
    from contacts
    where contact_id is not null and created_at < timestamp '2026-07-01'
    group by contact_id
),

order_features as (
    select
        contact_id,
        count(*) as order_count,
        count(case when ordered_at >= timestamp '2025-07-01' then 1 end) as order_count_12m,
        sum(total_amount) as total_amount,
        min(cast(ordered_at as date)) as first_order_on,
        max(cast(ordered_at as date)) as last_order_on
    from orders
    where status = 'completed' and ordered_at < timestamp '2026-07-01'
    group by contact_id
),

emails as (
    select
        contact_id,
        campaign_id,
        min(case when event_type = 'sent' then cast(occurred_at as date) end) as sent_on,
        max(case when event_type = 'delivered' then 1 else 0 end) as delivered,
        max(case when event_type = 'opened' and is_machine_open is distinct from true then 1 else 0 end) as opened,
        max(case when event_type = 'clicked' then 1 else 0 end) as clicked
    from email_events
    where occurred_at < timestamp '2026-07-01'
    group by contact_id, campaign_id
),

email_features as (
    select
        contact_id,
        sum(delivered) as delivered_count,
        sum(delivered * opened) as opened_count,
        sum(delivered * clicked) as clicked_count,
        max(opened + clicked) as responses,
        min(sent_on) as first_emailed_on
    from emails
    group by contact_id
)

select
    known_contacts.contact_id,
    known_contacts.gender,
    known_contacts.city,
    known_contacts.relationship,
    known_contacts.created_on,
    coalesce(order_features.order_count, 0) as order_count,
    coalesce(order_features.order_count_12m, 0) as order_count_12m,
    coalesce(order_features.total_amount, 0) as total_amount,
    order_features.first_order_on,
    order_features.last_order_on,
    cast(coalesce(email_features.delivered_count, 0) as integer) as delivered_count,
    cast(coalesce(email_features.opened_count, 0) as integer) as opened_count,
    cast(coalesce(email_features.clicked_count, 0) as integer) as clicked_count,
    coalesce(email_features.responses, 0) > 0 as has_responded,
    email_features.first_emailed_on
from known_contacts
left join order_features on known_contacts.contact_id = order_features.contact_id
left join email_features on known_contacts.contact_id = email_features.contact_id;

create table contact_segments as
with ranked_customers as (
    select
        contact_id,
        rank() over (order by last_order_on) - 1 as less_recent,
        rank() over (order by order_count) - 1 as less_frequent,
        rank() over (order by total_amount) - 1 as less_spending,
        count(*) over () as customer_count
    from contact_features
    where order_count > 0 and relationship = 'contact'
)

select
    features.contact_id,
    case
        when features.relationship <> 'contact' then 'outside'
        when features.last_order_on <= date '2025-06-30' then 'inactive_12m'
        when features.last_order_on <= date '2025-12-30' then 'inactive_6m'
        when features.last_order_on <= date '2026-04-30' then 'inactive_2m'
        when features.first_order_on > date '2026-05-30' then 'new_customer'
        when features.first_order_on is not null then 'active_customer'
        when features.first_emailed_on <= date '2025-12-30' and not features.has_responded then 'unresponsive'
        else 'prospect'
    end as lifecycle_stage,
    cast(1 + floor(5.0 * ranked.less_recent / ranked.customer_count) as integer) as recency_score,
    cast(1 + floor(5.0 * ranked.less_frequent / ranked.customer_count) as integer) as frequency_score,
    cast(1 + floor(5.0 * ranked.less_spending / ranked.customer_count) as integer) as monetary_score
from contact_features as features
left join ranked_customers as ranked on features.contact_id = ranked.contact_id;

create table rule_members as
select contact_id, 'more_than_5_orders' as segment from contact_features where order_count > 5
union all
select contact_id, 'spent_over_1000' from contact_features where total_amount > 1000
union all
select contact_id, 'vip' from contact_features where order_count_12m >= 4 and total_amount >= 1000
union all
select contact_id, 'customer_for_a_year' from contact_features where first_order_on <= date '2025-06-30'
union all
select contact_id, 'no_order_for_6_months' from contact_features where last_order_on <= date '2025-12-30'
union all
select contact_id, 'ordered_within_a_month' from contact_features where last_order_on > date '2026-05-30'
union all
select contact_id, 'never_opened' from contact_features
where first_emailed_on <= date '2026-05-31' and not has_responded
union all
select contact_id, 'open_rate_over_75' from contact_features
where delivered_count >= 5 and opened_count > 0.75 * delivered_count
union all
select contact_id, 'opened_but_never_clicked' from contact_features where opened_count >= 5 and clicked_count = 0
union all
select contact_id, 'women_in_zurich' from contact_features where gender = 'female' and city = 'Zurich';
