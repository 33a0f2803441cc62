{{ config(materialized='table') }}

with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

birthdays as (

    select * from {{ ref('int_contact_birthdays') }}

),

phones as (

    select * from {{ ref('int_contact_phones') }}

),

country_names as (

    select * from {{ ref('country_names') }}

)

select
    contacts.contact_id,
    contacts.created_on,
    {{ dbt.datediff(
        'contacts.created_on', as_of(), 'day'
    ) }} as tenure_days,
    contacts.email,
    contacts.email is not null as has_email,
    contacts.first_name,
    contacts.last_name,
    contacts.phone,
    coalesce(phones.has_mobile_number, false) as has_mobile_number,
    contacts.gender,
    contacts.birth_date,
    birthdays.age,
    birthdays.is_birthday_today,
    birthdays.is_birthday_this_week,
    birthdays.is_birthday_this_month,
    contacts.postal_code,
    contacts.city,
    contacts.region,
    coalesce(country_names.country, contacts.country) as country,
    contacts.language,
    contacts.occupation_group,
    contacts.job_title,
    contacts.company,
    contacts.company_sector,
    contacts.company_size,
    coalesce(contacts.relationship, 'contact') as relationship,
    contacts.lead_status,
    contacts.interests,
    contacts.preferred_topics,
    contacts.max_emails_per_month,
    contacts.acquisition_channel,
    contacts.landing_page,
    contacts.email_consent,
    {{ local_date('contacts.consent_at') }} as consent_on
from contacts
left join birthdays on contacts.contact_id = birthdays.contact_id
left join phones on contacts.contact_id = phones.contact_id
left join country_names on lower(contacts.country) = country_names.written_as
