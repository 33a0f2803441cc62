with input_suppressions as (

    select
        *,
        lower(email) as text,
        -- The characters that may follow the @ of an address may follow that of a domain.
        'x@' || {{ replace_matches('email', "^[\\s\\p{Z}\\x22'']*([*＊]?[@＠])?") }} as domain_as_address
    from {{ ref('input_suppressions') }}

),

addresses as (

    select
        *,
        {{ normalise_email('email') }} as address,
        {{ normalise_email('domain_as_address') }} as any_address
    from input_suppressions

),

suppressions as (

    select
        *,
        case when address not like '*@%' then address end as one_address,
        case when coalesce(address like '*@%', true) then split_part(any_address, '@', 2) end as domain,
        case when {{ matches('text', '^([0-9a-f]{32}|[0-9a-f]{64})$') }} then text end as email_hash
    from addresses

)

select
    source_file,
    source_row_number,
    one_address as email,
    domain,
    email_hash,
    reason,
    suppressed_at,
    case
        -- Nobody emails an erased person: no contact has the address any more.
        when email = '(erased)' then 'erased at the person''s request'
        when one_address is null and domain is null and email_hash is null
            then {{ empty_or_not('email', 'an email address, a domain, or an MD5 or SHA-256 of an address') }}
    end as reject_reason
from suppressions
