with messages as (

    select *
    from {{ ref('int_sequence_messages') }}
    where status = 'due'

),

steps as (

    select * from {{ ref('sequence_steps') }}

),

offers as (

    select * from {{ ref('offers') }}

),

sequences as (

    select * from {{ ref('sequences') }}

),

names as (

    select * from {{ ref('outgoing_names') }}

),

order_items as (

    select * from {{ ref('fct_order_items') }}

),

fallbacks as (

    select
        max(case when field = 'first_name' then fallback end) as first_name,
        max(case when field = 'product_name' then fallback end) as product_name,
        max(case when field = 'offer_code' then fallback end) as offer_code
    from {{ ref('message_fields') }}

),

ranked_products as (

    select
        order_id,
        product_name,
        row_number() over (
            partition by order_id order by item_amount desc nulls last, line_number asc
        ) as product_number
    from order_items
    where product_name is not null

),

needed as (

    select
        messages.*,
        case when sequences.trigger = 'ordered' then messages.source_id end as order_id,
        '|' || coalesce(steps.fields, '') || '|' as fields
    from messages
    inner join steps on messages.sequence = steps.sequence and messages.step = steps.step
    inner join sequences on messages.sequence = sequences.sequence

),

needed_products as (

    select
        order_id,
        product_name,
        {{ is_unsafe_text('product_name', var('outgoing_product_name_length')) }} as is_replaced
    from ranked_products
    where product_number = 1 and order_id in (select needed.order_id from needed)

)

select
    needed.contact_id,
    needed.sequence,
    needed.step,
    needed.triggered_at,
    needed.offer,
    case
        when needed.fields like '%|first_name|%'
            then coalesce(names.first_name, fallbacks.first_name)
    end as first_name,
    case
        when needed.fields not like '%|product_name|%' then null
        when needed_products.is_replaced then fallbacks.product_name
        else coalesce(needed_products.product_name, fallbacks.product_name)
    end as product_name,
    case
        when needed.fields like '%|days_since_trigger|%'
            then cast({{ dbt.datediff(
                local_date('needed.triggered_at'), as_of(), 'day'
            ) }} as varchar)
    end as days_since_trigger,
    case
        when needed.fields like '%|offer_code|%'
            then coalesce(offers.offer_code, fallbacks.offer_code)
    end as offer_code,
    needed.fields like '%|first_name|%' and names.is_first_name_replaced as is_first_name_replaced,
    needed.fields like '%|product_name|%' and coalesce(needed_products.is_replaced, false) as is_product_name_replaced,
    {{ as_of() }} as as_of
from needed
cross join fallbacks
inner join names on needed.contact_id = names.contact_id
left join offers on needed.offer = offers.offer
left join needed_products on needed.order_id = needed_products.order_id
