with purchases as (

    select * from {{ ref('int_customer_purchases') }}

),

patterns as (

    select * from {{ ref('int_purchase_patterns') }}

)

select
    purchases.contact_id,
    purchases.repeat_order_count,
    patterns.probability_active,
    patterns.expected_orders_90d,
    patterns.unknown_because,
    {{ as_of() }} as as_of
from purchases
left join patterns
    on
        purchases.repeat_order_count = patterns.repeat_order_count
        and purchases.recency_days = patterns.recency_days
        and purchases.age_days = patterns.age_days
