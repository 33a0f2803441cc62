with profiles as (

    select * from {{ vendor_rows('klaviyo', 'profiles') }}

),

profile_texts as (

    select
        *,
        {{ json_text('record', 'attributes.created') }} as created_at_text,
        {{ json_text('record', 'attributes.updated') }} as updated_at_text,
        {{ json_text('record', 'attributes.subscriptions.email.marketing.consent') }} as consent_text,
        {{ json_text('record', 'attributes.subscriptions.email.marketing.can_receive_email_marketing') }}
            as can_receive_text,
        coalesce(
            {{ json_text('record', 'attributes.subscriptions.email.marketing.consent_timestamp') }},
            {{ json_text('record', 'attributes.subscriptions.email.marketing.timestamp') }}
        ) as consent_at_text
    from profiles

),

contacts as (

    select
        *,
        'klaviyo:' || {{ json_text('record', 'id') }} as contact_id,
        {{ read_vendor_timestamp('created_at_text', 'klaviyo') }} as created_at,
        {{ read_vendor_timestamp('updated_at_text', 'klaviyo') }} as updated_at,
        -- Klaviyo may email people who never subscribed; they have not agreed to it.
        case
            when consent_text = 'UNSUBSCRIBED' or can_receive_text = 'false' then false
            when consent_text = 'SUBSCRIBED' then true
        end as email_consent,
        {{ read_vendor_timestamp('consent_at_text', 'klaviyo') }} as consent_at
    from profile_texts

)

select
    contact_id,
    {{ clean_text(json_text('record', 'attributes.email')) }} as email,
    created_at,
    {{ clean_text(json_text('record', 'attributes.first_name')) }} as first_name,
    {{ clean_text(json_text('record', 'attributes.last_name')) }} as last_name,
    {{ clean_text(json_text('record', 'attributes.phone_number')) }} as phone,
    {{ clean_text(json_text('record', 'attributes.location.city')) }} as city,
    {{ clean_text(json_text('record', 'attributes.location.region')) }} as region,
    {{ clean_text(json_text('record', 'attributes.location.zip')) }} as postal_code,
    {{ clean_text(json_text('record', 'attributes.location.country')) }} as country,
    lower(left({{ clean_text(json_text('record', 'attributes.locale')) }}, 2)) as language,
    {{ clean_text(json_text('record', 'attributes.title')) }} as job_title,
    {{ clean_text(json_text('record', 'attributes.organization')) }} as company,
    email_consent,
    -- The time of a consent is none of a refusal that came after it.
    case when email_consent or consent_text = 'UNSUBSCRIBED' then consent_at end as consent_at,
    updated_at,
    source_file,
    source_row_number,
    {{ unread_values({
        'created_at': 'created_at_text',
        'email_consent': "nullif(consent_text, 'NEVER_SUBSCRIBED')",
        'consent_at': "case when email_consent or consent_text = 'UNSUBSCRIBED' then consent_at_text end",
        'updated_at': 'updated_at_text',
    }) }} as unread_values
from contacts
