with completed_orders as (

    select
        contact_id,
        total_amount,
        cast({{ dbt.date_trunc('month', 'ordered_on') }} as date) as order_month
    from {{ ref('fct_orders') }}
    where is_completed

),

reporting_currency as (

    select * from {{ ref('dim_reporting_currency') }}

),

-- 2,100 years of months, whatever day an order may bear.
month_numbers as (

    {{ dbt.generate_series(25200) }}

),

customers as (

    select
        contact_id,
        min(order_month) as cohort_month
    from completed_orders
    group by contact_id

),

cohorts as (

    select
        cohort_month,
        count(*) as customer_count
    from customers
    group by cohort_month

),

cohort_months as (

    select
        cohorts.cohort_month,
        cohorts.customer_count,
        cast(month_numbers.generated_number - 1 as integer) as month_number
    from cohorts
    inner join month_numbers
        on month_numbers.generated_number - 1 <= {{ dbt.datediff('cohorts.cohort_month', as_of(), 'month') }}

),

orders_by_month_since as (

    select
        customers.cohort_month,
        {{ dbt.datediff(
            'customers.cohort_month', 'completed_orders.order_month', 'month'
        ) }} as month_number,
        completed_orders.contact_id,
        completed_orders.total_amount
    from completed_orders
    inner join customers on completed_orders.contact_id = customers.contact_id

),

months_with_orders as (

    select
        cohort_month,
        month_number,
        count(distinct contact_id) as active_count,
        sum(total_amount) as revenue
    from orders_by_month_since
    group by cohort_month, month_number

)

select
    cohort_months.cohort_month,
    cohort_months.month_number,
    cohort_months.customer_count,
    coalesce(months_with_orders.active_count, 0) as active_count,
    coalesce(cast(months_with_orders.active_count as double) / cohort_months.customer_count, 0) as retention_rate,
    cast(coalesce(months_with_orders.revenue, 0) as decimal(18, 2)) as revenue,
    reporting_currency.currency,
    {{ as_of() }} as as_of
from cohort_months
cross join reporting_currency
left join months_with_orders
    on
        cohort_months.cohort_month = months_with_orders.cohort_month
        and cohort_months.month_number = months_with_orders.month_number
