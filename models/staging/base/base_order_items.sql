with input_order_items as (

    select * from {{ ref('input_order_items') }}

),

orders as (

    select
        order_id,
        max(case when reject_reason is null then 1 else 0 end) = 1 as is_accepted,
        max(case when reject_reason like 'erased%' then 1 else 0 end) = 1 as is_erased
    from {{ ref('base_orders') }}
    group by order_id

),

unnumbered_items as (

    select
        source_file,
        source_row_number,
        row_number() over (partition by order_id order by source_file asc, source_row_number asc) as place
    from input_order_items
    where line_number is null

)

select
    order_items.source_file,
    order_items.source_row_number,
    order_items.order_id,
    -- Below 0 no line of the order has the number already.
    cast(coalesce(order_items.line_number, -unnumbered_items.place) as bigint) as line_number,
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
from input_order_items as order_items
left join orders on order_items.order_id = orders.order_id
left join unnumbered_items
    on
        order_items.source_file = unnumbered_items.source_file
        and order_items.source_row_number = unnumbered_items.source_row_number
