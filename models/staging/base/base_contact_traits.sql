with input_contact_traits as (

    select * from {{ ref('input_contact_traits') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

contact_traits as (

    select
        source_file,
        source_row_number,
        contact_id,
        lower(trait) as trait,
        value,
        observed_at
    from input_contact_traits

)

select
    contact_traits.source_file,
    contact_traits.source_row_number,
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
