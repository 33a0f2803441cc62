with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

contact_traits as (

    select * from {{ ref('fct_contact_traits') }}

),

channels as (

    select * from {{ ref('channels') }}

),

asked_traits as (

    select distinct consent
    from channels

)

select
    contact_id,
    'email_consent' as consent
from contacts
where email_consent
union all
select
    contact_traits.contact_id,
    asked_traits.consent
from asked_traits
inner join contact_traits on asked_traits.consent = contact_traits.trait
where
    contact_traits.is_latest
    and asked_traits.consent <> 'email_consent'
    and {{ parse_boolean('contact_traits.value') }}
