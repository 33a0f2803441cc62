with customers as (

    select * from {{ vendor_rows('woocommerce', 'customers') }}

),

orders as (

    select * from {{ vendor_rows('woocommerce', 'orders') }}

),

addresses as (

    select
        {{ normalise_email(json_text('record', 'email')) }} as email,
        'woocommerce:' || {{ json_text('record', 'id') }} as contact_id
    from customers
    union all
    select
        {{ normalise_email(json_text('record', 'billing.email')) }} as email,
        'woocommerce:' || {{ json_text('record', 'customer_id') }} as contact_id
    from orders
    where {{ json_text('record', 'customer_id') }} <> '0'

),

accounts as (

    select
        email,
        min(contact_id) as contact_id
    from addresses
    where email is not null and contact_id is not null
    group by email

),

guest_orders as (

    select
        {{ normalise_email(json_text('record', 'billing.email')) }} as email,
        'woocommerce:order-' || {{ json_text('record', 'id') }} as contact_id,
        row_number() over (
            partition by {{ normalise_email(json_text('record', 'billing.email')) }}
            order by
                {{ read_vendor_timestamp(json_text('record', 'date_created_gmt'), 'woocommerce') }} asc nulls last,
                {{ json_text('record', 'id') }} asc
        ) as order_number
    from orders
    where coalesce({{ json_text('record', 'customer_id') }}, '0') = '0'

)

select
    email,
    contact_id
from accounts
union all
-- An address is no key that may be shown; the number of the first order is.
select
    email,
    contact_id
from guest_orders
where
    order_number = 1 and contact_id is not null and email is not null
    and email not in (select accounts.email from accounts)
