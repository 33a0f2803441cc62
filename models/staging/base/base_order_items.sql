with raw_order_items as (

    select * from {{ ref('raw_order_items') }}

),

orders as (

    select
        order_id,
        max(case when reject_reason is null then 1 else 0 end) = 1 as is_accepted,
        max(case when reject_reason like 'erased%' then 1 else 0 end) = 1 as is_erased
    from {{ ref('base_orders') }}
    group by order_id

),

order_items as (

    select
        raw_row_number,
        {{ clean_text('order_id') }} as order_id,
        {{ parse_number('line_number', 'integer') }} as line_number,
        {{ clean_text('product_id') }} as product_id,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('category') }} as category,
        {{ parse_number('quantity', 'decimal(18, 3)') }} as quantity,
        {{ parse_number('unit_price', 'decimal(18, 8)') }} as unit_price
    from raw_order_items

)

select
    order_items.raw_row_number,
    order_items.order_id,
    -- Below 0 no line of the order has the number already.
    coalesce(order_items.line_number, -order_items.raw_row_number) as line_number,
    order_items.product_id,
    order_items.product_name,
    order_items.category,
    -- Beyond these bounds the product of both would fit no amount.
    case when order_items.quantity >= 0 and order_items.quantity < 10000000 then order_items.quantity end as quantity,
    case
        when order_items.unit_price >= 0 and order_items.unit_price < 100000000 then order_items.unit_price
    end as unit_price,
    case
        when order_items.order_id is null then 'order_id is empty'
        when orders.is_accepted then null
        when orders.is_erased then 'erased at the person''s request'
        else 'order_id is not among the orders'
    end as reject_reason
from order_items
left join orders on order_items.order_id = orders.order_id
