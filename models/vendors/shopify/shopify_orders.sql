with order_lines as (

    select * from {{ vendor_rows('shopify', 'orders') }}

),

buyers as (

    select * from {{ ref('shopify_buyers') }}

),

-- An order has a line for each product; what is said of the whole order stands in the first one alone.
orders as (

    select
        *,
        {{ normalise_email('email') }} as address,
        {{ read_vendor_timestamp('"created at"', 'shopify') }} as ordered_at,
        {{ parse_number('total', 'decimal(14, 2)') }} as whole_amount,
        case
            when {{ clean_text('"refunded amount"') }} is null then 0
            else {{ parse_number('"refunded amount"', 'decimal(14, 2)') }}
        end as refunded_amount,
        {{ parse_number('"discount amount"', 'decimal(14, 2)') }} as discount_amount,
        lower({{ clean_text('"financial status"') }}) as financial_status,
        {{ clean_text('"cancelled at"') }} is not null as is_cancelled,
        -- The gateways for tests are called so.
        coalesce(lower("payment method") like '%bogus%', false) as is_test
    from order_lines
    where {{ clean_text('total') }} is not null or {{ clean_text('"financial status"') }} is not null

),

known_orders as (

    select
        'shopify:' || {{ shopify_order_key('orders.name') }} as order_id,
        buyers.contact_id,
        orders.ordered_at,
        -- What was paid back of a part is no revenue; an order that was paid back as a whole keeps its amount.
        cast(case
            when orders.financial_status = 'refunded' then orders.whole_amount
            when orders.refunded_amount >= orders.whole_amount then 0
            else orders.whole_amount - orders.refunded_amount
        end as decimal(14, 2)) as total_amount,
        case
            when orders.is_test then 'cancelled'
            when orders.financial_status = 'refunded' then 'refunded'
            when orders.is_cancelled then 'cancelled'
            when orders.financial_status in ('paid', 'partially_refunded') then 'completed'
            when orders.financial_status in ('pending', 'authorized', 'partially_paid') then 'pending'
            when orders.financial_status in ('voided', 'expired') then 'cancelled'
            -- Staging rejects words that it does not know.
            else orders.financial_status
        end as status,
        upper({{ clean_text('orders.currency') }}) as currency,
        orders.discount_amount,
        orders.source_file,
        orders.source_row_number,
        orders."created at" as ordered_at_text,
        concat_ws(' - ', orders.total, orders."refunded amount") as total_amount_text,
        orders."discount amount" as discount_amount_text
    from orders
    left join buyers on orders.address = buyers.email

)

select
    order_id,
    contact_id,
    ordered_at,
    total_amount,
    status,
    currency,
    discount_amount,
    source_file,
    source_row_number,
    {{ unread_values({
        'ordered_at': 'ordered_at_text',
        'total_amount': 'total_amount_text',
        'discount_amount': 'discount_amount_text',
    }) }} as unread_values
from known_orders
