with contacts as (

    select * from {{ ref('stg_contacts') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

same_person as (

    select
        contacts.*,
        contact_map.contact_id as merged_contact_id,
        case when contacts.contact_id = contact_map.contact_id then 0 else 1 end as survivor_rank,
        coalesce(contacts.updated_at, contacts.created_at) as changed_at,
        -- A statement dated after as_of does not exist yet.
        case
            when contacts.consent_at is null or {{ local_date('contacts.consent_at') }} <= {{ as_of() }}
                then contacts.email_consent
        end as stated_consent
    from contacts
    inner join contact_map on contacts.contact_id = contact_map.source_contact_id

),

filled as (

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
        first_value(landing_page ignore nulls) over survivor_first as landing_page,
        -- Of two statements on consent the later counts, not the survivor's, and of two of the same
        -- moment the refusal: mailing someone who said no is the worse mistake.
        first_value(stated_consent ignore nulls) over latest_consent as email_consent,
        first_value(case when stated_consent is not null then consent_at end ignore nulls)
            over latest_consent as consent_at
    from same_person
    window
        survivor_first as (
            partition by merged_contact_id
            order by survivor_rank asc, changed_at desc, contact_id asc
            rows between unbounded preceding and unbounded following
        ),
        latest_consent as (
            partition by merged_contact_id
            order by consent_at desc nulls last, stated_consent asc, contact_id asc
            rows between unbounded preceding and unbounded following
        )

)

select
    contact_id,
    created_at,
    {{ local_date('created_at') }} as created_on,
    email,
    first_name,
    last_name,
    gender,
    birth_date,
    phone,
    city,
    region,
    postal_code,
    country,
    language,
    occupation_group,
    job_title,
    company,
    company_sector,
    company_size,
    relationship,
    lead_status,
    interests,
    preferred_topics,
    max_emails_per_month,
    acquisition_channel,
    landing_page,
    email_consent,
    consent_at
from filled
where contact_id = source_contact_id
