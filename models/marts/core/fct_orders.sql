with orders as (

    select * from {{ ref('stg_orders') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

dated as (

    select
        *,
        {{ local_date('ordered_at') }} as ordered_on
    from orders

)

select
    dated.order_id,
    contact_map.contact_id,
    dated.ordered_at,
    dated.ordered_on,
    dated.status,
    dated.status = 'completed' as is_completed,
    dated.total_amount,
    dated.discount_amount,
    dated.currency,
    dated.exchange_rate
from dated
inner join contact_map on dated.contact_id = contact_map.source_contact_id
where dated.ordered_on <= {{ as_of() }}
