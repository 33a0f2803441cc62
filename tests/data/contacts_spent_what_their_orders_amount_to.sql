with contacts as (

    select sum(total_amount) as total_amount, sum(order_count) as order_count
    from {{ ref('dim_contacts') }}

),

orders as (

    select coalesce(sum(total_amount), 0) as total_amount, count(*) as order_count
    from {{ ref('fct_orders') }}
    where is_completed

)

select *
from contacts
cross join orders
where
    contacts.total_amount <> orders.total_amount
    or contacts.order_count <> orders.order_count
