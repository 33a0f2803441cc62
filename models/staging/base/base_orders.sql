with input_orders as (

    select * from {{ ref('input_orders') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

exchange_rates as (

    select * from {{ ref('base_exchange_rates') }}

),

orders as (

    select
        source_file,
        source_row_number,
        order_id,
        contact_id,
        ordered_at,
        -- Four digits less than the column below, so that neither rates nor sums overflow.
        total_amount,
        discount_amount,
        upper(currency) as currency,
        case
            when status is null then 'completed'
            else {{ one_of('status', ['completed', 'pending', 'cancelled', 'refunded']) }}
        end as status,
        {{ empty_or_unread('ordered_at', 'a date') }} as ordered_at_problem,
        {{ empty_or_unread('total_amount', 'an amount') }} as total_amount_problem
    from input_orders

)

select
    orders.source_file,
    orders.source_row_number,
    orders.order_id,
    orders.contact_id,
    orders.ordered_at,
    orders.status,
    coalesce(orders.currency, exchange_rates.reporting_currency) as currency,
    exchange_rates.rate as exchange_rate,
    cast(orders.total_amount * exchange_rates.rate as decimal(18, 2)) as total_amount,
    case
        when orders.discount_amount >= 0 then cast(orders.discount_amount * exchange_rates.rate as decimal(18, 2))
    end as discount_amount,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when orders.order_id is null then 'order_id is empty'
        when orders.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when orders.ordered_at is null then orders.ordered_at_problem
        when orders.total_amount is null then orders.total_amount_problem
        when orders.total_amount < 0 then 'total_amount is negative; give refunds by their status'
        when orders.status is null then 'status is not completed, pending, cancelled or refunded'
        when exchange_rates.rate is null
            then 'currency has no rate in seeds/reference/exchange_rates.csv'
    end as reject_reason
from orders
left join contacts on orders.contact_id = contacts.contact_id
left join exchange_rates on coalesce(orders.currency, '') = exchange_rates.currency
