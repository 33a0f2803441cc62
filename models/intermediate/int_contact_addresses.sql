with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

phones as (

    select * from {{ ref('int_contact_phones') }}

)

select
    contact_id,
    'email' as address
from contacts
where email is not null
union all
select
    contact_id,
    'phone' as address
from contacts
where phone is not null
union all
select
    contact_id,
    'postal_code' as address
from contacts
where postal_code is not null
union all
select
    contact_id,
    'mobile_number' as address
from phones
where has_mobile_number
