with input_erasures as (

    select * from {{ ref('input_erasures') }}

),

matched_requests as (

    select distinct requested_id from {{ ref('base_erasure_matches') }}
    where contact_id is not null

),

erasures as (

    select
        source_file,
        source_row_number,
        contact_id,
        requested_at,
        confirmed as is_confirmed,
        coalesce(withdrawn, false) as is_withdrawn
    from input_erasures

)

select
    source_file,
    source_row_number,
    contact_id,
    requested_at,
    is_confirmed,
    is_withdrawn,
    case
        when contact_id is null then 'contact_id is empty'
        when
            not is_withdrawn and contact_id <> '(erased)'
            and contact_id not in (select matched_requests.requested_id from matched_requests)
            then 'contact_id names nobody: no contact has it as id or as an address of their own'
    end as reject_reason
from erasures
