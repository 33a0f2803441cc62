with customers as (

    select * from {{ vendor_rows('shopify', 'customers') }}

),

orders as (

    select * from {{ vendor_rows('shopify', 'orders') }}

),

buyers as (

    select * from {{ ref('shopify_buyers') }}
    where not is_customer

),

customer_contacts as (

    select
        'shopify:' || {{ without_apostrophe('"customer id"') }} as contact_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('"first name"') }} as first_name,
        {{ clean_text('"last name"') }} as last_name,
        coalesce({{ without_apostrophe('phone') }}, {{ without_apostrophe('"default address phone"') }}) as phone,
        {{ clean_text('"default address city"') }} as city,
        {{ clean_text('"default address province code"') }} as region,
        {{ without_apostrophe('"default address zip"') }} as postal_code,
        {{ clean_text('"default address country code"') }} as country,
        {{ clean_text('"default address company"') }} as company,
        {{ parse_boolean('"accepts email marketing"') }} as email_consent,
        source_file,
        source_row_number,
        "accepts email marketing" as email_consent_text
    from customers

),

-- Who ordered and is no customer any more has not agreed to anything: the box in the order may be older
-- than a refusal.
contacts_from_orders as (

    select
        buyers.contact_id,
        {{ clean_text('orders.email') }} as email,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        coalesce(
            {{ without_apostrophe('orders."billing phone"') }}, {{ without_apostrophe('orders.phone') }}
        ) as phone,
        {{ clean_text('orders."billing city"') }} as city,
        {{ clean_text('orders."billing province"') }} as region,
        {{ without_apostrophe('orders."billing zip"') }} as postal_code,
        {{ clean_text('orders."billing country"') }} as country,
        {{ clean_text('orders."billing company"') }} as company,
        cast(null as boolean) as email_consent,
        orders.source_file,
        orders.source_row_number,
        cast(null as varchar) as email_consent_text
    from buyers
    inner join orders
        on
            buyers.contact_id = 'shopify:order-' || {{ shopify_order_key('orders.name') }}
            and buyers.email = {{ normalise_email('orders.email') }}
    where {{ clean_text('orders.total') }} is not null

),

contacts as (

    select * from customer_contacts
    union all
    select * from contacts_from_orders

)

select
    contact_id,
    email,
    first_name,
    last_name,
    phone,
    city,
    region,
    postal_code,
    country,
    company,
    email_consent,
    source_file,
    source_row_number,
    {{ unread_values({'email_consent': 'email_consent_text'}) }} as unread_values
from contacts
