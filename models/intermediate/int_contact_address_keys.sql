with contacts as (

    select * from {{ ref('stg_contacts') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

contact_emails as (

    select distinct
        contact_map.contact_id,
        contacts.email
    from contacts
    inner join contact_map on contacts.contact_id = contact_map.source_contact_id
    where contacts.email is not null

)

select
    contact_id,
    'email' as key_type,
    email as address_key
from contact_emails
union all
select distinct
    contact_id,
    'domain' as key_type,
    split_part(email, '@', 2) as address_key
from contact_emails
union all
select
    contact_id,
    'hash' as key_type,
    {{ dbt.hash('email') }} as address_key
from contact_emails
union all
select
    contact_id,
    'hash' as key_type,
    {{ sha256_of('email') }} as address_key
from contact_emails
