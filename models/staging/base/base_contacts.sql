with input_contacts as (

    select * from {{ ref('input_contacts') }}

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

first_traces as (

    select * from {{ ref('base_first_traces') }}

),

first_days as (

    select * from {{ ref('remembered_first_days') }}

),

contacts_with_traces as (

    select
        input_contacts.*,
        first_traces.first_traced_at,
        first_days.first_delivered_on
    from input_contacts
    left join first_traces on input_contacts.contact_id = first_traces.contact_id
    left join first_days on input_contacts.contact_id = first_days.contact_id

),

contacts as (

    select
        source_file,
        source_row_number,
        contact_id,
        {{ normalise_email('email') }} as email,
        -- Without a date a contact exists from its first trace on, or from the first delivery that had it.
        coalesce(
            created_at,
            case
                when {{ unread_value('created_at') }} is null
                    then coalesce(first_traced_at, {{ start_of_day('first_delivered_on') }})
            end
        ) as created_at,
        first_name,
        last_name,
        {{ one_of('gender', ['female', 'male', 'other']) }} as gender,
        birth_date,
        phone,
        city,
        region,
        postal_code,
        country,
        lower(language) as language,
        lower(occupation_group) as occupation_group_text,
        job_title,
        company,
        company_sector,
        company_size,
        {{ one_of('relationship', ['contact', 'partner', 'supplier', 'friend', 'former_colleague']) }} as relationship,
        {{ one_of('lead_status', ['new', 'qualified', 'inactive']) }} as lead_status,
        interests,
        preferred_topics,
        cast(floor(max_emails_per_month) as integer) as max_emails_per_month,
        lower(acquisition_channel) as acquisition_channel,
        landing_page,
        email_consent,
        consent_at,
        updated_at,
        case
            when contact_id is null then 'contact_id is empty'
            when {{ unread_value('created_at') }} is not null then 'created_at is not a date'
        end as reject_reason
    from contacts_with_traces

)

select
    contacts.source_file,
    contacts.source_row_number,
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
