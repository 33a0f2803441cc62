with contacts as (

    select * from {{ ref('dim_contacts') }}

),

order_items as (

    select * from {{ ref('fct_order_items') }}
    where is_completed

),

email_events as (

    select * from {{ ref('fct_email_events') }}
    where event_type = 'clicked'

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

declared_preferences as (

    select
        contact_id,
        'topic' as preference_type,
        {{ list_items('preferred_topics') }} as preference
    from contacts
    union all
    select
        contact_id,
        'interest' as preference_type,
        {{ list_items('interests') }} as preference
    from contacts
    union all
    select
        contact_id,
        'frequency' as preference_type,
        cast(max_emails_per_month as {{ dbt.type_string() }}) as preference
    from contacts
    where max_emails_per_month is not null

),

category_amounts as (

    select
        contact_id,
        'category' as preference_type,
        lower(category) as preference,
        sum(coalesce(item_amount, 0)) as weight
    from order_items
    where category is not null
    group by contact_id, lower(category)

),

product_quantities as (

    select
        contact_id,
        'product' as preference_type,
        coalesce(product_name, product_id) as preference,
        sum(coalesce(quantity, 1)) as weight
    from order_items
    where coalesce(product_name, product_id) is not null
    group by contact_id, coalesce(product_name, product_id)

),

-- One email clicked ten times shows one interest.
topic_clicks as (

    select
        email_events.contact_id,
        'topic' as preference_type,
        campaigns.topic as preference,
        count(distinct campaigns.campaign_id) as weight
    from email_events
    inner join campaigns on email_events.campaign_id = campaigns.campaign_id
    where campaigns.topic is not null
    group by email_events.contact_id, campaigns.topic

),

weighted_preferences as (

    select * from category_amounts
    union all
    select * from product_quantities
    union all
    select * from topic_clicks

),

preference_shares as (

    select
        contact_id,
        preference_type,
        preference,
        cast(weight as double) / nullif(
            cast(sum(weight) over (partition by contact_id, preference_type) as double), 0
        ) as strength,
        row_number() over (
            partition by contact_id, preference_type
            order by weight desc, preference asc
        ) as preference_number
    from weighted_preferences

),

observed_preferences as (

    select
        contact_id,
        preference_type,
        preference,
        strength
    from preference_shares
    where preference_type <> 'product' or preference_number <= {{ var('favourite_product_count') }}

)

select
    contact_id,
    preference_type,
    preference,
    'declared' as origin,
    cast(1 as double) as strength,
    {{ as_of() }} as as_of
from declared_preferences
union all
select
    contact_id,
    preference_type,
    preference,
    'observed' as origin,
    -- Goods given away have no amount to weigh them by: nothing is preferred over anything.
    coalesce(strength, 0) as strength,
    {{ as_of() }} as as_of
from observed_preferences
