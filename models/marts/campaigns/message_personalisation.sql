with messages as (

    select *
    from {{ ref('sequence_messages') }}
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

contacts as (

    select * from {{ ref('dim_contacts') }}

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

)

select
    needed.contact_id,
    needed.sequence,
    needed.step,
    needed.triggered_at,
    needed.offer,
    case
        when needed.fields like '%|first_name|%'
            then coalesce(contacts.first_name, fallbacks.first_name)
    end as first_name,
    case
        when needed.fields like '%|product_name|%'
            then coalesce(ranked_products.product_name, fallbacks.product_name)
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
    {{ as_of() }} as as_of
from needed
cross join fallbacks
inner join contacts on needed.contact_id = contacts.contact_id
left join offers on needed.offer = offers.offer
left join ranked_products
    on needed.order_id = ranked_products.order_id and ranked_products.product_number = 1
