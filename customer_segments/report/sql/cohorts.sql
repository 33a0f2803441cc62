-- What part of the customers of a first month ordered again in later months; the last 12 cohorts, up to a year.
-- The month of as_of is not whole.
with latest_cohorts as (

    select distinct cohort_month from cohort_retention
    order by cohort_month desc
    limit 12

)

select
    retention.cohort_month,
    retention.month_number,
    retention.customer_count,
    retention.active_count,
    retention.retention_rate,
    retention.cohort_month + to_months(retention.month_number)
    < date_trunc('month', retention.as_of) as is_whole
from cohort_retention as retention
inner join latest_cohorts on retention.cohort_month = latest_cohorts.cohort_month
where retention.month_number <= 12
order by retention.cohort_month, retention.month_number
