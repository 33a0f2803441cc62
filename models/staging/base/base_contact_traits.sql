with raw_contact_traits as (

    select * from {{ ref('raw_contact_traits') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

contact_traits as (

    select
        raw_row_number,
        {{ clean_text('contact_id') }} as contact_id,
        lower({{ clean_text('trait') }}) as trait,
        {{ clean_text('value') }} as value,
        {{ parse_timestamp('observed_at') }} as observed_at
    from raw_contact_traits

)

select
    contact_traits.raw_row_number,
    contact_traits.contact_id,
    contact_traits.trait,
    contact_traits.value,
    contact_traits.observed_at,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when contact_traits.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when contact_traits.trait is null then 'trait is empty'
        when contact_traits.value is null then 'value is empty'
    end as reject_reason
from contact_traits
left join contacts on contact_traits.contact_id = contacts.contact_id
