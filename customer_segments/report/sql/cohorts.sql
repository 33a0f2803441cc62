-- What part of the customers of a first month ordered again in later months; the last 12 cohorts, up to a year.
-- The month of as_of is not whole.
select
    cohort_month,
    month_number,
    customer_count,
    active_count,
    retention_rate,
    cohort_month + to_months(month_number) < date_trunc('month', as_of) as is_whole
from cohort_retention
where
    cohort_month in (
        select distinct cohort_month from cohort_retention
        order by cohort_month desc limit 12
    )
    and month_number <= 12
order by cohort_month, month_number
