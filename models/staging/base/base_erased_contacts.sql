with erasures as (

    select * from {{ ref('raw_erasures') }}

),

contacts as (

    select
        {{ clean_text('contact_id') }} as contact_id,
        {{ normalise_email('email') }} as email
    from {{ ref('raw_contacts') }}

),

requested as (

    select distinct {{ clean_text('contact_id') }} as contact_id
    from erasures
    where {{ clean_text('contact_id') }} is not null

),

-- A person who asks under one id is known under all ids with the same address.
same_person as (

    select distinct others.contact_id
    from requested
    inner join contacts on requested.contact_id = contacts.contact_id
    inner join contacts as others on contacts.email = others.email
    where others.contact_id is not null

)

select contact_id from requested
union
select contact_id from same_person
union
-- What a build puts in place of the ids of people who were erased, now or before.
select '(erased)' as contact_id
