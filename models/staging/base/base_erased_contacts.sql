with matches as (

    select * from {{ ref('base_erasure_matches') }}

),

contact_addresses as (

    select * from {{ ref('base_contact_addresses') }}

),

requested_ids as (

    select requested_id as contact_id from matches
    union
    select contact_id from matches
    where contact_id is not null

),

-- A person who asks under one id is known under all ids with the same address, if it is theirs alone.
ids_of_the_same_person as (

    select others.contact_id
    from requested_ids
    inner join contact_addresses on requested_ids.contact_id = contact_addresses.contact_id
    inner join contact_addresses as others on contact_addresses.email = others.email
    where others.contact_id is not null and not contact_addresses.is_shared

)

select contact_id from requested_ids
union
select contact_id from ids_of_the_same_person
union
-- The mark that a build puts in place of the ids of erased people, now or before.
select '(erased)' as contact_id
