with raw_contacts as (

    select * from {{ ref('raw_contacts') }}

),

erased as (

    select * from {{ ref('base_erased_contacts') }}

),

shared_addresses as (

    select * from {{ ref('base_shared_addresses') }}

),

occupation_groups as (

    select * from {{ ref('occupation_groups') }}

),

typed as (

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
    typed.raw_row_number,
    typed.contact_id,
    typed.email,
    typed.created_at,
    typed.first_name,
    typed.last_name,
    typed.gender,
    -- Nobody becomes a contact before being born, and 1 January 1900 is what spreadsheets put in for
    -- an empty cell.
    case
        when typed.birth_date > cast('1900-01-01' as date) and typed.birth_date < cast(typed.created_at as date)
            then typed.birth_date
    end as birth_date,
    typed.phone,
    typed.city,
    typed.region,
    typed.postal_code,
    typed.country,
    typed.language,
    occupation_groups.occupation_group,
    typed.job_title,
    typed.company,
    typed.company_sector,
    typed.company_size,
    typed.relationship,
    typed.lead_status,
    typed.interests,
    typed.preferred_topics,
    case when typed.max_emails_per_month >= 0 then typed.max_emails_per_month end as max_emails_per_month,
    typed.acquisition_channel,
    typed.landing_page,
    typed.email_consent,
    typed.consent_at,
    typed.updated_at,
    case
        when erased.contact_id is not null then 'erased at the person''s request'
        -- A row without an id is known by its address, if that is somebody's own.
        when
            typed.contact_id is null and typed.email is not null and shared_addresses.email is null
            and max(erased.contact_id) over (partition by typed.email) is not null
            then 'erased at the person''s request'
        else typed.reject_reason
    end as reject_reason
from typed
left join erased on typed.contact_id = erased.contact_id
left join shared_addresses on typed.email = shared_addresses.email
left join occupation_groups on typed.occupation_group_text = occupation_groups.written_as
