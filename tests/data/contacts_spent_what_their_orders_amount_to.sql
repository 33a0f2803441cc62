with contacts as (

    select
        coalesce(sum(total_amount), 0) as total_amount,
        coalesce(sum(order_count), 0) as order_count
    from {{ ref('dim_contacts') }}

),

orders as (

    select
        coalesce(sum(total_amount), 0) as total_amount,
        count(*) as order_count
    from {{ ref('fct_orders') }}
    where is_completed

)

select
    contacts.total_amount as contact_amount,
    orders.total_amount as order_amount,
    contacts.order_count as contact_orders,
    orders.order_count
from contacts
cross join orders
where
    contacts.total_amount <> orders.total_amount
    or contacts.order_count <> orders.order_count
