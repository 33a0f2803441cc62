with order_items as (

    select * from {{ ref('stg_order_items') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

)

select
    order_items.order_id,
    order_items.line_number,
    orders.contact_id,
    orders.ordered_on,
    orders.is_completed,
    order_items.product_id,
    order_items.product_name,
    order_items.category,
    order_items.quantity,
    cast(order_items.quantity * order_items.unit_price * orders.exchange_rate as decimal(18, 2)) as item_amount
from order_items
inner join orders on order_items.order_id = orders.order_id
