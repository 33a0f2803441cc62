-- Of the customers whose first order was in a month, how many ordered again in each month after it?
with orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

first_orders as (

    select
        contact_id,
        cast({{ dbt.date_trunc('month', 'min(ordered_on)') }} as date) as cohort_month
    from orders
    group by contact_id

),

activity as (

    select distinct
        orders.contact_id,
        first_orders.cohort_month,
        {{ dbt.datediff(
            'first_orders.cohort_month', 'orders.ordered_on', 'month'
        ) }} as months_since_first_order
    from orders
    inner join first_orders on orders.contact_id = first_orders.contact_id

),

cohorts as (

    select
        cohort_month,
        count(*) as customer_count
    from first_orders
    group by cohort_month

)

select
    activity.cohort_month,
    cohorts.customer_count,
    activity.months_since_first_order,
    count(*) as ordering_count,
    cast(count(*) as double) / cohorts.customer_count as retention
from activity
inner join cohorts on activity.cohort_month = cohorts.cohort_month
group by activity.cohort_month, cohorts.customer_count, activity.months_since_first_order
order by activity.cohort_month, activity.months_since_first_order
