with cohorts as (

    select
        coalesce(sum(case when month_number = 0 then customer_count end), 0) as customer_count,
        coalesce(sum(revenue), 0) as revenue
    from {{ ref('cohort_retention') }}

),

customers as (

    select count(*) as customer_count
    from {{ ref('behaviour_segments') }}
    where purchase_frequency <> 'never'

),

orders as (

    select coalesce(sum(total_amount), 0) as revenue
    from {{ ref('fct_orders') }}
    where is_completed

)

select
    cohorts.customer_count as cohort_customers,
    customers.customer_count,
    cohorts.revenue as cohort_revenue,
    orders.revenue
from cohorts
cross join customers
cross join orders
where
    cohorts.customer_count <> customers.customer_count
    or cohorts.revenue <> orders.revenue
