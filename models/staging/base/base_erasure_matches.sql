with erasures as (

    select * from {{ ref('input_erasures') }}

),

contact_addresses as (

    select * from {{ ref('base_contact_addresses') }}
    where contact_id is not null

),

contact_ids as (

    select distinct contact_id from contact_addresses

),

requests as (

    select distinct
        contact_id as requested_id,
        {{ normalise_email('contact_id') }} as requested_email
    from erasures
    where contact_id is not null and not coalesce(withdrawn, false)

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

matches_by_id as (

    select * from same_id
    union all
    select * from same_id_in_another_case

),

matches_by_address as (

    select
        requests.requested_id,
        contact_addresses.contact_id
    from requests
    inner join contact_addresses on requests.requested_email = contact_addresses.email
    where
        requests.requested_id not in (select matches_by_id.requested_id from matches_by_id)
        and not contact_addresses.is_shared

),

matches as (

    select * from matches_by_id
    union all
    select * from matches_by_address

)

-- Orders may have an id that is no contact's.
select
    requests.requested_id,
    matches.contact_id
from requests
left join matches on requests.requested_id = matches.requested_id
