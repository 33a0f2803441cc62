with erasures as (

    select * from {{ ref('raw_erasures') }}

),

shared_addresses as (

    select * from {{ ref('base_shared_addresses') }}

),

contacts as (

    select
        {{ clean_text('contact_id') }} as contact_id,
        {{ normalise_email('email') }} as email
    from {{ ref('raw_contacts') }}

),

contact_ids as (

    select distinct contact_id from contacts
    where contact_id is not null

),

requests as (

    select distinct
        {{ clean_text('contact_id') }} as requested_id,
        {{ normalise_email('contact_id') }} as requested_email
    from erasures
    where {{ clean_text('contact_id') }} is not null and not coalesce({{ parse_boolean('withdrawn') }}, false)

),

same_id as (

    select
        requests.requested_id,
        contact_ids.contact_id
    from requests
    inner join contact_ids on requests.requested_id = contact_ids.contact_id

),

-- Two ids that differ in case alone may be two people.
same_id_in_another_case as (

    select
        requests.requested_id,
        min(contact_ids.contact_id) as contact_id
    from requests
    inner join contact_ids on lower(requests.requested_id) = lower(contact_ids.contact_id)
    where requests.requested_id not in (select same_id.requested_id from same_id)
    group by requests.requested_id
    having count(*) = 1

),

by_id as (

    select * from same_id
    union all
    select * from same_id_in_another_case

),

by_address as (

    select distinct
        requests.requested_id,
        contacts.contact_id
    from requests
    inner join contacts on requests.requested_email = contacts.email
    where
        contacts.contact_id is not null
        and requests.requested_id not in (select by_id.requested_id from by_id)
        and contacts.email not in (select shared_addresses.email from shared_addresses)

)

select * from by_id
union all
select * from by_address
