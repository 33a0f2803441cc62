with raw_erasures as (

    select * from {{ ref('raw_erasures') }}

),

matched_requests as (

    select distinct requested_id from {{ ref('base_erasure_matches') }}
    where contact_id is not null

),

erasures as (

    select
        raw_row_number,
        {{ clean_text('contact_id') }} as contact_id,
        {{ parse_timestamp('requested_at') }} as requested_at,
        {{ parse_boolean('confirmed') }} as is_confirmed,
        coalesce({{ parse_boolean('withdrawn') }}, false) as is_withdrawn
    from raw_erasures

)

select
    raw_row_number,
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
