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
        {{ first_known('email', 'survivor_first') }} as email,
        {{ first_known('first_name', 'survivor_first') }} as first_name,
        {{ first_known('last_name', 'survivor_first') }} as last_name,
        {{ first_known('gender', 'survivor_first') }} as gender,
        {{ first_known('birth_date', 'survivor_first') }} as birth_date,
        {{ first_known('phone', 'survivor_first') }} as phone,
        {{ first_known('city', 'survivor_first') }} as city,
        {{ first_known('region', 'survivor_first') }} as region,
        {{ first_known('postal_code', 'survivor_first') }} as postal_code,
        {{ first_known('country', 'survivor_first') }} as country,
        {{ first_known('language', 'survivor_first') }} as language,
        {{ first_known('occupation_group', 'survivor_first') }} as occupation_group,
        {{ first_known('job_title', 'survivor_first') }} as job_title,
        {{ first_known('company', 'survivor_first') }} as company,
        {{ first_known('company_sector', 'survivor_first') }} as company_sector,
        {{ first_known('company_size', 'survivor_first') }} as company_size,
        {{ first_known('relationship', 'survivor_first') }} as relationship,
        {{ first_known('lead_status', 'survivor_first') }} as lead_status,
        {{ first_known('interests', 'survivor_first', 'varchar[]') }} as interests,
        {{ first_known('preferred_topics', 'survivor_first', 'varchar[]') }} as preferred_topics,
        {{ first_known('max_emails_per_month', 'survivor_first') }} as max_emails_per_month,
        {{ first_known('acquisition_channel', 'survivor_first') }} as acquisition_channel,
        {{ first_known('landing_page', 'survivor_first') }} as landing_page
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
