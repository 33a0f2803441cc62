with support_cases as (

    select
        *,
        {{ local_date('opened_at') }} as opened_on,
        {{ local_date('closed_at') }} as closed_on
    from {{ ref('stg_support_cases') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

)

select
    support_cases.case_id,
    contact_map.contact_id,
    support_cases.opened_on,
    case when support_cases.closed_on <= {{ as_of() }} then support_cases.closed_on end as closed_on,
    support_cases.topic
from support_cases
inner join contact_map on support_cases.contact_id = contact_map.source_contact_id
where support_cases.opened_on <= {{ as_of() }}
