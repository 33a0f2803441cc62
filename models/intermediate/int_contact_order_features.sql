with orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

order_items as (

    select * from {{ ref('fct_order_items') }}

),

orders_with_the_one_before as (

    select
        *,
        lag(ordered_on) over (partition by contact_id order by ordered_at asc, order_id asc) as previous_ordered_on
    from orders

),

-- A run is a row of orders in which the customer never became inactive.
numbered_orders as (

    select
        *,
        coalesce(
            {{ months_after('previous_ordered_on', var('active_customer_months')) }} <= ordered_on, true
        ) as starts_run,
        row_number() over (partition by contact_id order by ordered_at desc, order_id desc) as order_number_from_last
    from orders_with_the_one_before

),

order_totals as (

    select
        contact_id,
        count(*) as order_count,
        count(case when {{ months_after('ordered_on', 12) }} > {{ as_of() }} then 1 end) as order_count_12m,
        cast(sum(total_amount) as decimal(18, 2)) as total_amount,
        -- Engines differ in how they round a mean.
        cast(floor(cast(sum(total_amount) as double) / count(total_amount) * 100 + 0.5) / 100 as decimal(18, 2))
            as average_order_amount,
        max(total_amount) as largest_order_amount,
        max(case when order_number_from_last = 1 then total_amount end) as last_order_amount,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        max(case when starts_run then ordered_on end) as order_run_started_on
    from numbered_orders
    group by contact_id

),

order_contents as (

    select
        orders.contact_id,
        {{ collect_list('order_items.category') }} as bought_categories,
        cast(sum(order_items.quantity) as double) / count(distinct orders.order_id) as average_item_count
    from orders
    inner join order_items on orders.order_id = order_items.order_id
    group by orders.contact_id

)

select
    order_totals.contact_id,
    order_totals.order_count,
    order_totals.order_count_12m,
    order_totals.total_amount,
    order_totals.average_order_amount,
    order_totals.largest_order_amount,
    order_totals.last_order_amount,
    order_totals.first_order_on,
    order_totals.last_order_on,
    order_totals.order_run_started_on,
    order_contents.bought_categories,
    order_contents.average_item_count
from order_totals
left join order_contents on order_totals.contact_id = order_contents.contact_id
