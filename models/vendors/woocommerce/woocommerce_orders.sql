with order_records as (

    select * from {{ vendor_rows('woocommerce', 'orders') }}

),

buyers as (

    select * from {{ ref('woocommerce_buyers') }}

),

refunds as (

    select
        source_file,
        source_row_number,
        {{ list_items(json_elements('record', 'refunds')) }} as refund
    from order_records

),

refunded_orders as (

    select
        source_file,
        source_row_number,
        -- One that can't be read makes the amount unknown, not larger.
        case
            when count(*) = count({{ parse_number(json_text('refund', 'total'), 'decimal(14, 2)') }})
                then sum({{ parse_number(json_text('refund', 'total'), 'decimal(14, 2)') }})
        end as refund_total,
        string_agg({{ json_text('refund', 'total') }}, ' ') as refund_texts
    from refunds
    group by source_file, source_row_number

),

orders as (

    select
        order_records.source_file,
        order_records.source_row_number,
        {{ json_text('order_records.record', 'id') }} as order_number,
        nullif({{ json_text('order_records.record', 'customer_id') }}, '0') as customer_number,
        {{ json_text('order_records.record', 'billing.email') }} as contact_text,
        {{ json_text('order_records.record', 'date_created_gmt') }} as ordered_at_text,
        {{ json_text('order_records.record', 'status') }} as status_text,
        {{ json_text('order_records.record', 'currency') }} as currency_text,
        {{ json_text('order_records.record', 'discount_total') }} as discount_amount_text,
        concat_ws(' ', {{ json_text('order_records.record', 'total') }}, refunded_orders.refund_texts)
            as total_amount_text,
        {{ parse_number(json_text('order_records.record', 'total'), 'decimal(14, 2)') }} as whole_amount,
        -- Refunds have a minus in front.
        case
            when refunded_orders.source_file is null then 0
            else abs(refunded_orders.refund_total)
        end as refunded_amount
    from order_records
    left join refunded_orders
        on
            order_records.source_file = refunded_orders.source_file
            and order_records.source_row_number = refunded_orders.source_row_number

),

known_orders as (

    select
        orders.*,
        'woocommerce:' || orders.order_number as order_id,
        coalesce('woocommerce:' || orders.customer_number, buyers.contact_id) as contact_id,
        {{ read_vendor_timestamp('orders.ordered_at_text', 'woocommerce') }} as ordered_at,
        -- What was paid back of a part is no revenue; an order that was paid back as a whole keeps its amount.
        cast(case
            when orders.status_text = 'refunded' then orders.whole_amount
            when orders.refunded_amount >= orders.whole_amount then 0
            else orders.whole_amount - orders.refunded_amount
        end as decimal(14, 2)) as total_amount,
        case
            -- Paid, and not sent yet.
            when orders.status_text in ('completed', 'processing') then 'completed'
            when orders.status_text in ('pending', 'on-hold', 'checkout-draft') then 'pending'
            when orders.status_text in ('cancelled', 'failed', 'trash') then 'cancelled'
            -- Staging rejects words that it does not know.
            else orders.status_text
        end as status,
        {{ parse_number('orders.discount_amount_text', 'decimal(14, 2)') }} as discount_amount
    from orders
    left join buyers on {{ normalise_email('orders.contact_text') }} = buyers.email

)

select
    order_id,
    contact_id,
    ordered_at,
    total_amount,
    status,
    upper({{ clean_text('currency_text') }}) as currency,
    discount_amount,
    source_file,
    source_row_number,
    {{ unread_values({
        'ordered_at': 'ordered_at_text',
        'total_amount': 'total_amount_text',
        'discount_amount': 'discount_amount_text',
    }) }} as unread_values
from known_orders
