with raw_erasures as (

    select * from {{ ref('raw_erasures') }}

)

select
    raw_row_number,
    {{ clean_text('contact_id') }} as contact_id,
    {{ parse_timestamp('requested_at') }} as requested_at,
    case when {{ clean_text('contact_id') }} is null then 'contact_id is empty' end as reject_reason
from raw_erasures
