with raw_contacts as (

    select * from {{ ref('raw_contacts') }}

),

erased_contacts as (

    select * from {{ ref('base_erased_contacts') }}

),

shared_addresses as (

    select distinct email from {{ ref('base_contact_addresses') }}
    where is_shared

),

occupation_groups as (

    select * from {{ ref('occupation_groups') }}

),

contacts as (

    select
        raw_row_number,
        {{ clean_text('contact_id') }} as contact_id,
        {{ normalise_email('email') }} as email,
        {{ parse_timestamp('created_at') }} as created_at,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ one_of('gender', ['female', 'male', 'other']) }} as gender,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('city') }} as city,
        {{ clean_text('region') }} as region,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('country') }} as country,
        lower({{ clean_text('language') }}) as language,
        lower({{ clean_text('occupation_group') }}) as occupation_group_text,
        {{ clean_text('job_title') }} as job_title,
        {{ clean_text('company') }} as company,
        {{ clean_text('company_sector') }} as company_sector,
        {{ clean_text('company_size') }} as company_size,
        {{ one_of('relationship', ['contact', 'partner', 'supplier', 'friend', 'former_colleague']) }} as relationship,
        {{ one_of('lead_status', ['new', 'qualified', 'inactive']) }} as lead_status,
        {{ parse_list('interests') }} as interests,
        {{ parse_list('preferred_topics') }} as preferred_topics,
        cast(floor({{ parse_number('max_emails_per_month', 'decimal(9, 2)') }}) as integer) as max_emails_per_month,
        lower({{ clean_text('acquisition_channel') }}) as acquisition_channel,
        {{ clean_text('landing_page') }} as landing_page,
        {{ parse_boolean('email_consent') }} as email_consent,
        {{ parse_timestamp('consent_at') }} as consent_at,
        {{ parse_timestamp('updated_at') }} as updated_at,
        case
            when {{ clean_text('contact_id') }} is null then 'contact_id is empty'
            when {{ parse_timestamp('created_at') }} is null then {{ empty_or_not('created_at', 'a date') }}
        end as reject_reason
    from raw_contacts

)

select
    contacts.raw_row_number,
    contacts.contact_id,
    contacts.email,
    contacts.created_at,
    contacts.first_name,
    contacts.last_name,
    contacts.gender,
    -- Nobody becomes a contact before being born, and 1 January 1900 is what spreadsheets put in for
    -- an empty cell.
    case
        when
            contacts.birth_date > cast('1900-01-01' as date)
            and contacts.birth_date < cast(contacts.created_at as date)
            then contacts.birth_date
    end as birth_date,
    contacts.phone,
    contacts.city,
    contacts.region,
    contacts.postal_code,
    contacts.country,
    contacts.language,
    occupation_groups.occupation_group,
    contacts.job_title,
    contacts.company,
    contacts.company_sector,
    contacts.company_size,
    contacts.relationship,
    contacts.lead_status,
    contacts.interests,
    contacts.preferred_topics,
    case when contacts.max_emails_per_month >= 0 then contacts.max_emails_per_month end as max_emails_per_month,
    contacts.acquisition_channel,
    contacts.landing_page,
    contacts.email_consent,
    contacts.consent_at,
    contacts.updated_at,
    case
        when erased_contacts.contact_id is not null then 'erased at the person''s request'
        -- A row without an id is known by its address, if that is somebody's own.
        when
            contacts.contact_id is null and contacts.email is not null and shared_addresses.email is null
            and max(erased_contacts.contact_id) over (partition by contacts.email) is not null
            then 'erased at the person''s request'
        else contacts.reject_reason
    end as reject_reason
from contacts
left join erased_contacts on contacts.contact_id = erased_contacts.contact_id
left join shared_addresses on contacts.email = shared_addresses.email
left join occupation_groups on contacts.occupation_group_text = occupation_groups.written_as
