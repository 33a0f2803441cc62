with customers as (

    select * from {{ vendor_rows('woocommerce', 'customers') }}

),

orders as (

    select
        *,
        coalesce(
            nullif({{ json_text('record', 'customer_id') }}, '0'), 'order-' || {{ json_text('record', 'id') }}
        ) as buyer
    from {{ vendor_rows('woocommerce', 'orders') }}

),

buyers as (

    select distinct contact_id from {{ ref('woocommerce_buyers') }}

),

-- A buyer is in the orders, account or not; what the account says goes before.
people as (

    select
        'woocommerce:' || {{ json_text('record', 'id') }} as contact_id,
        {{ json_text('record', 'email') }} as email_text,
        {{ json_text('record', 'first_name') }} as first_name_text,
        {{ json_text('record', 'last_name') }} as last_name_text,
        {{ json_text('record', 'date_created_gmt') }} as created_at_text,
        {{ json_text('record', 'date_modified_gmt') }} as updated_at_text,
        1 as source_rank,
        record,
        source_file,
        source_row_number
    from customers
    union all
    select
        'woocommerce:' || orders.buyer as contact_id,
        {{ json_text('orders.record', 'billing.email') }} as email_text,
        {{ json_text('orders.record', 'billing.first_name') }} as first_name_text,
        {{ json_text('orders.record', 'billing.last_name') }} as last_name_text,
        cast(null as varchar) as created_at_text,
        cast(null as varchar) as updated_at_text,
        2 as source_rank,
        orders.record,
        orders.source_file,
        orders.source_row_number
    from orders
    where
        'woocommerce:' || orders.buyer in (select buyers.contact_id from buyers)
        or orders.buyer not like 'order-%'

),

ranked_people as (

    select
        *,
        row_number() over (
            partition by contact_id order by source_rank asc, source_file asc, source_row_number asc
        ) as person_rank,
        {{ read_vendor_timestamp('created_at_text', 'woocommerce') }} as created_at,
        {{ read_vendor_timestamp('updated_at_text', 'woocommerce') }} as updated_at
    from people

)

select
    contact_id,
    {{ clean_text('email_text') }} as email,
    created_at,
    {{ clean_text('first_name_text') }} as first_name,
    {{ clean_text('last_name_text') }} as last_name,
    {{ clean_text(json_text('record', 'billing.phone')) }} as phone,
    {{ clean_text(json_text('record', 'billing.city')) }} as city,
    {{ clean_text(json_text('record', 'billing.state')) }} as region,
    {{ clean_text(json_text('record', 'billing.postcode')) }} as postal_code,
    {{ clean_text(json_text('record', 'billing.country')) }} as country,
    {{ clean_text(json_text('record', 'billing.company')) }} as company,
    updated_at,
    source_file,
    source_row_number,
    {{ unread_values({'created_at': 'created_at_text', 'updated_at': 'updated_at_text'}) }} as unread_values
from ranked_people
-- An account is delivered once or more, each time as it is then; a buyer of many orders is one.
where source_rank = 1 or person_rank = 1
