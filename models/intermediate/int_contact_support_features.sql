with support_cases as (

    select * from {{ ref('fct_support_cases') }}

)

select
    contact_id,
    count(*) as support_case_count,
    count(case when closed_on is null then 1 end) as open_support_case_count,
    max(opened_on) as last_support_case_on
from support_cases
group by contact_id
