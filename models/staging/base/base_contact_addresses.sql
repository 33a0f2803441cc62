with contacts as (

    select distinct
        contact_id,
        {{ normalise_email('email') }} as email
    from {{ ref('input_contacts') }}

),

id_counts as (

    select
        email,
        count(contact_id) as id_count
    from contacts
    where email is not null
    group by email

)

select
    contacts.contact_id,
    contacts.email,
    coalesce(id_counts.id_count > {{ var('address_contact_limit') }}, false) as is_shared
from contacts
left join id_counts on contacts.email = id_counts.email
