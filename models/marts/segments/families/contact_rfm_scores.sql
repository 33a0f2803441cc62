with customers as (

    select * from {{ ref('dim_contacts') }}
    where order_count > 0 and relationship = 'contact'

),

-- The rank less one is the number of customers who are strictly worse.
ranked_customers as (

    select
        contact_id,
        rank() over (order by last_order_on asc) - 1 as less_recent_count,
        rank() over (order by order_count asc) - 1 as less_frequent_count,
        rank() over (order by total_amount asc) - 1 as less_spending_count,
        count(*) over () as customer_count
    from customers

),

scored_customers as (

    select
        contact_id,
        cast(1 + floor(5.0 * less_recent_count / customer_count) as integer) as recency_score,
        cast(1 + floor(5.0 * less_frequent_count / customer_count) as integer) as frequency_score,
        cast(1 + floor(5.0 * less_spending_count / customer_count) as integer) as monetary_score
    from ranked_customers

)

select
    contact_id,
    recency_score,
    frequency_score,
    monetary_score,
    cast(floor((frequency_score + monetary_score + 1) / 2.0) as integer) as frequency_monetary_score
from scored_customers
