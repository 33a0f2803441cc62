with raw_contact_traits as (

    select * from {{ ref('raw_contact_traits') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

typed as (

    select
        raw_row_number,
        {{ clean_text('contact_id') }} as contact_id,
        lower({{ clean_text('trait') }}) as trait,
        {{ clean_text('value') }} as value,
        {{ parse_timestamp('observed_at') }} as observed_at
    from raw_contact_traits

)

select
    typed.raw_row_number,
    typed.contact_id,
    typed.trait,
    typed.value,
    typed.observed_at,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when typed.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when typed.trait is null then 'trait is empty'
        when typed.value is null then 'value is empty'
    end as reject_reason
from typed
left join contacts on typed.contact_id = contacts.contact_id
