with contact_lines as (

    select * from {{ vendor_rows('hubspot', 'contacts') }}

),

contacts as (

    select
        *,
        {{ read_vendor_timestamp('"create date"', 'hubspot') }} as created_at,
        {{ read_vendor_timestamp('"last modified date"', 'hubspot') }} as updated_at,
        {{ read_vendor_date('"date of birth"', 'hubspot') }} as birth_date,
        {{ parse_boolean('"unsubscribed from all email"') }} as is_unsubscribed,
        lower(coalesce(
            {{ clean_text('"marketing email confirmation status"') }},
            {{ clean_text('"marketing email confirmation"') }}
        )) as confirmation,
        lower({{ clean_text('"lead status"') }}) as lead_word,
        {{ true_columns('contact_lines') }} as ticked_columns
    from contact_lines

),

typed_contacts as (

    select
        *,
        case
            -- There is a column for each kind of email; nobody knows here which kind will be sent.
            when is_unsubscribed or array_to_string(ticked_columns, '|') like '%opted out of email%' then false
            -- HubSpot may email people of whom it knows no consent. Here they have not agreed.
            when confirmation = 'confirmed' and (not is_unsubscribed or "unsubscribed from all email" is null) then true
        end as email_consent,
        case
            when lead_word in ('new', 'open', 'in progress', 'attempted to contact') then 'new'
            when lead_word in ('connected', 'open deal') then 'qualified'
            when lead_word in ('unqualified', 'bad timing') then 'inactive'
            else lead_word
        end as lead_status
    from contacts

)

select
    'hubspot:' || {{ clean_text('"record id"') }} as contact_id,
    {{ clean_text('email') }} as email,
    created_at,
    {{ clean_text('"first name"') }} as first_name,
    {{ clean_text('"last name"') }} as last_name,
    lower({{ clean_text('gender') }}) as gender,
    birth_date,
    coalesce({{ clean_text('"phone number"') }}, {{ clean_text('"mobile phone number"') }}) as phone,
    {{ clean_text('city') }} as city,
    {{ clean_text('"state/region"') }} as region,
    {{ clean_text('"postal code"') }} as postal_code,
    {{ clean_text('"country/region"') }} as country,
    lower({{ clean_text('"preferred language"') }}) as language,
    {{ clean_text('"job title"') }} as job_title,
    {{ clean_text('"company name"') }} as company,
    {{ clean_text('industry') }} as company_sector,
    {{ clean_text('"number of employees"') }} as company_size,
    lead_status,
    lower(coalesce(
        {{ clean_text('"original traffic source"') }}, {{ clean_text('"original source"') }}
    )) as acquisition_channel,
    email_consent,
    updated_at,
    source_file,
    source_row_number,
    {{ unread_values({
        'created_at': '"create date"',
        'birth_date': '"date of birth"',
        'email_consent': 'case when is_unsubscribed is null then "unsubscribed from all email" end',
        'updated_at': '"last modified date"',
    }) }} as unread_values
from typed_contacts
