-- The families: one value a contact each; preferences, and splits by value.
create table lifecycle_segments as
with milestones as (
    select
        *,
        months_after(first_order_on, 1) as stops_being_new_on,
        months_after(last_order_on, 2) as inactive_from,
        months_after(last_order_on, 6) as inactive_6m_from,
        months_after(last_order_on, 12) as inactive_12m_from,
        months_after(first_emailed_on, 6) as unresponsive_from,
        least(first_demo_click_on, first_demo_request_on, enough_downloads_on) as maturing_from
    from dim_contacts
),

stages as (
    select
        *,
        case
            when relationship <> 'contact' then 'outside'
            when inactive_12m_from <= getvariable('as_of') then 'inactive_12m'
            when inactive_6m_from <= getvariable('as_of') then 'inactive_6m'
            when inactive_from <= getvariable('as_of') then 'inactive_2m'
            when stops_being_new_on > getvariable('as_of') then 'new_customer'
            when first_order_on is not null then 'active_customer'
            when maturing_from is not null then 'maturing_prospect'
            when unresponsive_from <= getvariable('as_of') and first_response_on is null then 'unresponsive'
            else 'prospect'
        end as lifecycle_stage
    from milestones
)
select
    contact_id,
    lifecycle_stage,
    case lifecycle_stage
        when 'inactive_12m' then inactive_12m_from
        when 'inactive_6m' then inactive_6m_from
        when 'inactive_2m' then inactive_from
        when 'new_customer' then first_order_on
        when 'active_customer' then greatest(stops_being_new_on, order_run_started_on)
        when 'maturing_prospect' then maturing_from
        when 'unresponsive' then unresponsive_from
        when 'prospect' then case when first_response_on >= unresponsive_from then first_response_on else created_on end
        when 'outside' then created_on
    end as since,
    getvariable('as_of') as as_of
from stages;

create table behaviour_segments as
with ranked_customers as (
    select
        contact_id,
        cast(1 + floor(5.0 * (rank() over (order by last_order_on asc) - 1) / count(*) over ()) as integer)
            as recency_score,
        cast(1 + floor(5.0 * (rank() over (order by order_count asc) - 1) / count(*) over ()) as integer)
            as frequency_score,
        cast(1 + floor(5.0 * (rank() over (order by total_amount asc) - 1) / count(*) over ()) as integer)
            as monetary_score
    from dim_contacts
    where order_count > 0 and relationship = 'contact'
)
select
    contacts.contact_id,
    rfm_grid.rfm_segment,
    scores.recency_score,
    scores.frequency_score,
    scores.monetary_score,
    case
        when contacts.order_count_12m >= 4 then 'habitual'
        when contacts.order_count > 0 then 'occasional'
        else 'never'
    end as purchase_frequency,
    coalesce(spend_bands.band, 'none') as spend_band,
    coalesce(basket_sizes.band, 'none') as basket_size,
    case
        when contacts.delivered_count = 0 then 'unmailed'
        when months_after(contacts.last_response_on, 3) > getvariable('as_of') then 'engaged'
        when months_after(coalesce(contacts.last_response_on, contacts.first_emailed_on), 6) > getvariable('as_of')
            then 'passive'
        else 'inactive'
    end as email_engagement,
    contacts.open_rate,
    contacts.click_rate,
    getvariable('as_of') as as_of
from dim_contacts as contacts
left join ranked_customers as scores on contacts.contact_id = scores.contact_id
left join rfm_grid
    on
        scores.recency_score = rfm_grid.recency_score
        and cast(floor((scores.frequency_score + scores.monetary_score + 1) / 2.0) as integer)
        = rfm_grid.frequency_monetary_score
left join amount_bands as spend_bands
    on
        spend_bands.measure = 'spend_band'
        and contacts.order_count > 0
        and contacts.total_amount >= spend_bands.from_amount
        and (contacts.total_amount < spend_bands.below_amount or spend_bands.below_amount is null)
left join amount_bands as basket_sizes
    on
        basket_sizes.measure = 'basket_size'
        and contacts.average_order_amount >= basket_sizes.from_amount
        and (contacts.average_order_amount < basket_sizes.below_amount or basket_sizes.below_amount is null);

create table demographic_segments as
select
    contacts.contact_id,
    coalesce(age_bands.age_band, 'unknown') as age_band,
    coalesce(contacts.gender, 'unknown') as gender,
    contacts.city,
    contacts.region,
    contacts.country,
    coalesce(contacts.occupation_group, 'unknown') as occupation_group,
    contacts.company_sector,
    contacts.company_size,
    getvariable('as_of') as as_of
from dim_contacts as contacts
left join age_bands
    on contacts.age >= age_bands.from_age and (contacts.age < age_bands.below_age or age_bands.below_age is null);

create table preference_segments as
with weights as (
    select
        contact_id,
        'category' as preference_type,
        lower(category) as preference,
        sum(coalesce(item_amount, 0)) as weight
    from fct_order_items
    where is_completed and category is not null
    group by all
    union all
    select
        contact_id,
        'product' as preference_type,
        coalesce(product_name, product_id) as preference,
        sum(coalesce(quantity, 1)) as weight
    from fct_order_items
    where is_completed and coalesce(product_name, product_id) is not null
    group by all
    union all
    select
        clicks.contact_id,
        'topic' as preference_type,
        campaigns.topic as preference,
        count(distinct campaigns.campaign_id) as weight
    from clicks
    inner join dim_campaigns as campaigns on clicks.campaign_id = campaigns.campaign_id
    where campaigns.topic is not null
    group by all
),

shares as (
    select
        contact_id,
        preference_type,
        preference,
        cast(weight as double)
        / nullif(cast(sum(weight) over (partition by contact_id, preference_type) as double), 0) as strength,
        row_number() over (partition by contact_id, preference_type order by weight desc, preference asc)
            as preference_number
    from weights
),

declared as (
    select
        contact_id,
        'topic' as preference_type,
        unnest(preferred_topics) as preference
    from dim_contacts
    union all
    select
        contact_id,
        'interest' as preference_type,
        unnest(interests) as preference
    from dim_contacts
    union all
    select
        contact_id,
        'frequency' as preference_type,
        cast(max_emails_per_month as varchar) as preference
    from dim_contacts
    where max_emails_per_month is not null
)
select
    *,
    'declared' as origin,
    1e0 as strength,
    getvariable('as_of') as as_of
from declared
union all
select
    contact_id,
    preference_type,
    preference,
    'observed' as origin,
    coalesce(strength, 0) as strength,
    getvariable('as_of') as as_of
from shares
where preference_type <> 'product' or preference_number <= 5;

create temp table split_segments as
with written as (
    select contact_id, 'city' as family, city as written_as from dim_contacts
    union all
    select contact_id, 'landing_page' as family, landing_page as written_as from dim_contacts
    union all
    select contact_id, 'topic' as family, unnest(preferred_topics) as written_as from dim_contacts
    union all
    select contact_id, 'interest' as family, unnest(interests) as written_as from dim_contacts
),

slugs as (
    select
        *,
        nullif(trim(regexp_replace(
            translate(
                replace(replace(replace(strip_accents(lower(written_as)), 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'),
                'øłđ', 'old'
            ),
            '[^a-z0-9]+', '_', 'g'
        ), '_'), '') as slug
    from (select distinct family, written_as from written where written_as is not null)
),

aliases as (
    select
        slugs.family,
        slugs.written_as,
        slugs.family || '_' || coalesce(city_names.city, slugs.slug) as segment
    from slugs
    left join city_names on slugs.slug = city_names.written_as and slugs.family = 'city'
),

memberships as (
    select
        written.contact_id,
        aliases.segment,
        written.family,
        min(written.written_as) as written_as
    from written
    inner join aliases on written.family = aliases.family and written.written_as = aliases.written_as
    where aliases.segment is not null
    group by all
)
select *
from memberships
where segment in (select segment from memberships group by segment having count(*) >= 5);
