with erasures as (

    select * from {{ ref('base_erasures') }}

),

matches as (

    select * from {{ ref('base_erasure_matches') }}

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

-- Orders may have an id that is no contact's.
requested as (

    select contact_id
    from erasures
    where contact_id is not null and not is_withdrawn
    union
    select contact_id from matches

),

-- A person who asks under one id is known under all ids with the same address, if it is theirs alone.
same_person as (

    select distinct others.contact_id
    from requested
    inner join contacts on requested.contact_id = contacts.contact_id
    inner join contacts as others on contacts.email = others.email
    where
        others.contact_id is not null
        and contacts.email not in (select shared_addresses.email from shared_addresses)

)

select contact_id from requested
union
select contact_id from same_person
union
-- What a build puts in place of the ids of people who were erased, now or before.
select '(erased)' as contact_id
