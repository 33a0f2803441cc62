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

outgoing_names as (

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

messages_with_fields as (

    select
        messages.*,
        case when sequences.trigger = 'ordered' then messages.source_id end as order_id,
        '|' || coalesce(steps.fields, '') || '|' as fields
    from messages
    inner join steps on messages.sequence = steps.sequence and messages.step = steps.step
    inner join sequences on messages.sequence = sequences.sequence

),

ordered_products as (

    select
        order_id,
        product_name,
        {{ is_unsafe_text('product_name', var('outgoing_product_name_length')) }} as is_replaced
    from ranked_products
    where product_number = 1 and order_id in (select messages_with_fields.order_id from messages_with_fields)

)

select
    messages_with_fields.contact_id,
    messages_with_fields.sequence,
    messages_with_fields.step,
    messages_with_fields.triggered_at,
    messages_with_fields.offer,
    case
        when messages_with_fields.fields like '%|first_name|%'
            then coalesce(outgoing_names.first_name, fallbacks.first_name)
    end as first_name,
    case
        when messages_with_fields.fields not like '%|product_name|%' then null
        when ordered_products.is_replaced then fallbacks.product_name
        else coalesce(ordered_products.product_name, fallbacks.product_name)
    end as product_name,
    case
        when messages_with_fields.fields like '%|days_since_trigger|%'
            then cast({{ dbt.datediff(
                local_date('messages_with_fields.triggered_at'), as_of(), 'day'
            ) }} as varchar)
    end as days_since_trigger,
    case
        when messages_with_fields.fields like '%|offer_code|%'
            then coalesce(offers.offer_code, fallbacks.offer_code)
    end as offer_code,
    messages_with_fields.fields like '%|first_name|%'
    and outgoing_names.is_first_name_replaced as is_first_name_replaced,
    messages_with_fields.fields like '%|product_name|%'
    and coalesce(ordered_products.is_replaced, false) as is_product_name_replaced,
    {{ as_of() }} as as_of
from messages_with_fields
cross join fallbacks
inner join outgoing_names on messages_with_fields.contact_id = outgoing_names.contact_id
left join offers on messages_with_fields.offer = offers.offer
left join ordered_products on messages_with_fields.order_id = ordered_products.order_id
