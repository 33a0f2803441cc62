with contact_records as (

    select * from {{ vendor_rows('brevo', 'contacts') }}

),

contact_texts as (

    select
        *,
        {{ json_text('record', 'createdAt') }} as created_at_text,
        {{ json_text('record', 'modifiedAt') }} as updated_at_text,
        {{ json_text('record', 'emailBlacklisted') }} as blocklisted_text,
        {{ parse_boolean(json_text('record', 'emailBlacklisted')) }} as is_blocklisted,
        len({{ json_elements('record', 'listIds') }}) as list_count,
        len({{ json_elements('record', 'listUnsubscribed') }}) as left_list_count
    from contact_records

),

contacts as (

    select
        *,
        {{ read_vendor_timestamp('created_at_text', 'brevo') }} as created_at,
        {{ read_vendor_timestamp('updated_at_text', 'brevo') }} as updated_at,
        -- Who left one list has refused; nobody knows here which list an email belongs to. Who is in no list
        -- has been emailed about an order, and never asked.
        case
            when is_blocklisted or left_list_count > 0 then false
            when not is_blocklisted and list_count > 0 then true
        end as email_consent
    from contact_texts

)

select
    'brevo:' || {{ json_text('record', 'id') }} as contact_id,
    {{ clean_text(json_text('record', 'email')) }} as email,
    created_at,
    -- A new account has these attributes, in its owner's language.
    coalesce(
        {{ clean_text(json_text('record', 'attributes.FIRSTNAME')) }},
        {{ clean_text(json_text('record', 'attributes.PRENOM')) }},
        {{ clean_text(json_text('record', 'attributes.VORNAME')) }}
    ) as first_name,
    coalesce(
        {{ clean_text(json_text('record', 'attributes.LASTNAME')) }},
        {{ clean_text(json_text('record', 'attributes.NOM')) }},
        {{ clean_text(json_text('record', 'attributes.NACHNAME')) }}
    ) as last_name,
    {{ clean_text(json_text('record', 'attributes.SMS')) }} as phone,
    email_consent,
    updated_at,
    source_file,
    source_row_number,
    {{ unread_values({
        'created_at': 'created_at_text',
        'email_consent': 'case when is_blocklisted is null then blocklisted_text end',
        'updated_at': 'updated_at_text',
    }) }} as unread_values
from contacts
