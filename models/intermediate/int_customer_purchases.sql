with contacts as (

    select * from {{ ref('dim_contacts') }}
    where relationship = 'contact'

),

orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

)

select
    orders.contact_id,
    count(distinct orders.ordered_on) - 1 as repeat_order_count,
    {{ dbt.datediff(
        'min(orders.ordered_on)', 'max(orders.ordered_on)', 'day'
    ) }} as recency_days,
    {{ dbt.datediff(
        'min(orders.ordered_on)', as_of(), 'day'
    ) }} as age_days
from orders
inner join contacts on orders.contact_id = contacts.contact_id
group by orders.contact_id
