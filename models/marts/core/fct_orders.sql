with orders as (

    select
        *,
        {{ local_date('ordered_at') }} as ordered_on
    from {{ ref('stg_orders') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

)

select
    orders.order_id,
    contact_map.contact_id,
    orders.ordered_at,
    orders.ordered_on,
    orders.status,
    orders.status = 'completed' as is_completed,
    orders.total_amount,
    orders.discount_amount,
    orders.currency,
    orders.exchange_rate
from orders
inner join contact_map on orders.contact_id = contact_map.source_contact_id
where orders.ordered_on <= {{ as_of() }}
