{{ config(materialized='view') }}

-- Counts and amounts are skewed: on a log scale twice as much is the same step everywhere.
with contacts as (

    select * from {{ ref('dim_contacts') }}

)

select
    contact_id,
    ln(1 + cast(order_count as double)) as order_count,
    case
        when order_count = 0 then cast(0 as double)
        else cast(365 as double) / (365 + {{ dbt.datediff('last_order_on', as_of(), 'day') }})
    end as order_recency,
    case
        when order_count = 0 then cast(0 as double) else ln(1 + cast(average_order_amount as double))
    end as average_order_amount,
    case when order_count = 0 then cast(0 as double) else ln(1 + average_item_count) end as average_item_count,
    open_rate,
    click_rate,
    ln(1 + cast(session_count as double)) as session_count,
    ln(1 + cast(download_count as double)) as download_count,
    ln(1 + cast(demo_request_count as double)) as demo_request_count,
    ln(1 + cast(support_case_count as double)) as support_case_count,
    ln(1 + cast(max_emails_per_month as double)) as email_frequency,
    cast(age as double) as age,
    cast(case when gender = 'female' then 1 when gender is not null then 0 end as double) as is_female,
    cast(case when gender = 'male' then 1 when gender is not null then 0 end as double) as is_male,
    cast(case when company is null then 0 else 1 end as double) as is_company,
    {{ as_of() }} as as_of
from contacts
