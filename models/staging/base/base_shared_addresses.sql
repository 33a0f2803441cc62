with contacts as (

    select
        {{ clean_text('contact_id') }} as contact_id,
        {{ normalise_email('email') }} as email
    from {{ ref('raw_contacts') }}

)

select email
from contacts
where email is not null
group by email
having count(distinct contact_id) > {{ var('address_contact_limit') }}
