with members as (

    select * from {{ ref('mailchimp_members') }}

),

contacts as (

    select
        *,
        coalesce({{ clean_text('optin_time_text') }}, {{ clean_text('confirm_time_text') }}) as created_at_text,
        case
            when status = 'subscribed'
                then coalesce({{ clean_text('confirm_time_text') }}, {{ clean_text('optin_time_text') }})
            when status = 'unsubscribed' then {{ clean_text('unsub_time_text') }}
        end as consent_at_text,
        -- Cleaned addresses bounced, and customers who never subscribed were never asked.
        case status when 'subscribed' then true when 'unsubscribed' then false end as email_consent
    from members

),

dated_contacts as (

    select
        *,
        {{ read_vendor_timestamp('created_at_text', 'mailchimp') }} as created_at,
        {{ read_vendor_timestamp('consent_at_text', 'mailchimp') }} as consent_at,
        {{ read_vendor_timestamp('last_changed_text', 'mailchimp') }} as updated_at
    from contacts

)

select
    contact_id,
    {{ clean_text('email_text') }} as email,
    created_at,
    {{ clean_text('first_name_text') }} as first_name,
    {{ clean_text('last_name_text') }} as last_name,
    {{ clean_text('phone_text') }} as phone,
    {{ clean_text('region_text') }} as region,
    {{ clean_text('country_text') }} as country,
    email_consent,
    consent_at,
    updated_at,
    source_file,
    source_row_number,
    {{ unread_values({
        'created_at': 'created_at_text',
        'consent_at': 'consent_at_text',
        'updated_at': 'last_changed_text',
    }) }} as unread_values
from dated_contacts
