with input_support_cases as (

    select * from {{ ref('input_support_cases') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

support_cases as (

    select
        source_file,
        source_row_number,
        coalesce(case_id, source_file || ' row ' || cast(source_row_number as varchar)) as case_id,
        contact_id,
        opened_at,
        closed_at,
        topic,
        {{ empty_or_unread('opened_at', 'a date') }} as opened_at_problem
    from input_support_cases

)

select
    support_cases.source_file,
    support_cases.source_row_number,
    support_cases.case_id,
    support_cases.contact_id,
    support_cases.opened_at,
    support_cases.closed_at,
    support_cases.topic,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when support_cases.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when support_cases.opened_at is null then support_cases.opened_at_problem
    end as reject_reason
from support_cases
left join contacts on support_cases.contact_id = contacts.contact_id
