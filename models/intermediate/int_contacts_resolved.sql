{{ config(materialized='table') }}

with contacts as (

    select * from {{ ref('stg_contacts') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

consents as (

    select * from {{ ref('int_contact_consents') }}

),

contacts_of_one_person as (

    select
        contacts.*,
        contact_map.contact_id as merged_contact_id,
        case when contacts.contact_id = contact_map.contact_id then 0 else 1 end as survivor_rank,
        coalesce(contacts.updated_at, contacts.created_at) as changed_at,
        case when {{ local_date('contacts.updated_at') }} > {{ as_of() }} then 1 else 0 end as change_rank
    from contacts
    inner join contact_map on contacts.contact_id = contact_map.source_contact_id

),

merged_contacts as (

    select
        merged_contact_id as contact_id,
        contact_id as source_contact_id,
        created_at,
        first_value(email ignore nulls) over survivor_first as email,
        first_value(first_name ignore nulls) over survivor_first as first_name,
        first_value(last_name ignore nulls) over survivor_first as last_name,
        first_value(gender ignore nulls) over survivor_first as gender,
        first_value(birth_date ignore nulls) over survivor_first as birth_date,
        first_value(phone ignore nulls) over survivor_first as phone,
        first_value(city ignore nulls) over survivor_first as city,
        first_value(region ignore nulls) over survivor_first as region,
        first_value(postal_code ignore nulls) over survivor_first as postal_code,
        first_value(country ignore nulls) over survivor_first as country,
        first_value(language ignore nulls) over survivor_first as language,
        first_value(occupation_group ignore nulls) over survivor_first as occupation_group,
        first_value(job_title ignore nulls) over survivor_first as job_title,
        first_value(company ignore nulls) over survivor_first as company,
        first_value(company_sector ignore nulls) over survivor_first as company_sector,
        first_value(company_size ignore nulls) over survivor_first as company_size,
        first_value(relationship ignore nulls) over survivor_first as relationship,
        first_value(lead_status ignore nulls) over survivor_first as lead_status,
        first_value(interests ignore nulls) over survivor_first as interests,
        first_value(preferred_topics ignore nulls) over survivor_first as preferred_topics,
        first_value(max_emails_per_month ignore nulls) over survivor_first as max_emails_per_month,
        first_value(acquisition_channel ignore nulls) over survivor_first as acquisition_channel,
        first_value(landing_page ignore nulls) over survivor_first as landing_page
    from contacts_of_one_person
    window
        survivor_first as (
            partition by merged_contact_id
            order by survivor_rank asc, change_rank asc, changed_at desc, contact_id asc
            rows between unbounded preceding and unbounded following
        )

)

select
    merged_contacts.contact_id,
    merged_contacts.created_at,
    {{ local_date('merged_contacts.created_at') }} as created_on,
    merged_contacts.email,
    merged_contacts.first_name,
    merged_contacts.last_name,
    merged_contacts.gender,
    merged_contacts.birth_date,
    merged_contacts.phone,
    merged_contacts.city,
    merged_contacts.region,
    merged_contacts.postal_code,
    merged_contacts.country,
    merged_contacts.language,
    merged_contacts.occupation_group,
    merged_contacts.job_title,
    merged_contacts.company,
    merged_contacts.company_sector,
    merged_contacts.company_size,
    merged_contacts.relationship,
    merged_contacts.lead_status,
    merged_contacts.interests,
    merged_contacts.preferred_topics,
    merged_contacts.max_emails_per_month,
    merged_contacts.acquisition_channel,
    merged_contacts.landing_page,
    consents.email_consent,
    consents.consent_at
from merged_contacts
left join consents on merged_contacts.contact_id = consents.contact_id
where merged_contacts.contact_id = merged_contacts.source_contact_id
