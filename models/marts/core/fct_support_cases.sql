with support_cases as (

    select * from {{ ref('stg_support_cases') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

dated as (

    select
        *,
        {{ local_date('opened_at') }} as opened_on,
        {{ local_date('closed_at') }} as closed_on
    from support_cases

)

select
    dated.case_id,
    contact_map.contact_id,
    dated.opened_on,
    case when dated.closed_on <= {{ as_of() }} then dated.closed_on end as closed_on,
    dated.topic
from dated
inner join contact_map on dated.contact_id = contact_map.source_contact_id
where dated.opened_on <= {{ as_of() }}
