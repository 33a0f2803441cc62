with contacts as (

    select * from {{ ref('dim_contacts') }}

),

age_bands as (

    select * from {{ ref('age_bands') }}

)

select
    contacts.contact_id,
    coalesce(age_bands.age_band, 'unknown') as age_band,
    coalesce(contacts.gender, 'unknown') as gender,
    contacts.city,
    contacts.region,
    contacts.country,
    coalesce(contacts.occupation_group, 'unknown') as occupation_group,
    contacts.company_sector,
    contacts.company_size,
    {{ as_of() }} as as_of
from contacts
left join age_bands
    on
        contacts.age >= age_bands.from_age
        and (contacts.age < age_bands.below_age or age_bands.below_age is null)
