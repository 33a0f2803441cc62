with customers as (

    select * from {{ vendor_rows('shopify', 'customers') }}

),

orders as (

    select * from {{ vendor_rows('shopify', 'orders') }}

),

customer_addresses as (

    select
        {{ normalise_email('email') }} as email,
        min('shopify:' || {{ without_apostrophe('"customer id"') }}) as contact_id
    from customers
    group by 1

),

ordering_addresses as (

    select
        {{ normalise_email('email') }} as email,
        'shopify:order-' || {{ shopify_order_key('name') }} as contact_id,
        row_number() over (
            partition by {{ normalise_email('email') }}
            order by {{ read_vendor_timestamp('"created at"', 'shopify') }} asc nulls last, name asc
        ) as order_number
    from orders

)

select
    email,
    contact_id,
    true as is_customer
from customer_addresses
where email is not null and contact_id is not null
union all
-- An address is no key that may be shown; the number of the first order is.
select
    email,
    contact_id,
    false as is_customer
from ordering_addresses
where
    order_number = 1 and contact_id is not null and email is not null
    and email not in (
        select customer_addresses.email from customer_addresses
        where customer_addresses.email is not null and customer_addresses.contact_id is not null
    )
