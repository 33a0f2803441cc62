with raw_suppressions as (

    select * from {{ ref('raw_suppressions') }}

)

select
    raw_row_number,
    {{ normalise_email('email') }} as email,
    {{ clean_text('reason') }} as reason,
    {{ parse_timestamp('suppressed_at') }} as suppressed_at,
    case
        -- Nobody mails an erased person: no contact has the address any more.
        when email = '(erased)' then 'erased at the person''s request'
        when {{ normalise_email('email') }} is null then {{ empty_or_not('email', 'an e-mail address') }}
    end as reject_reason
from raw_suppressions
