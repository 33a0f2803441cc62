with subscribed_members as (

    select
        *,
        'subscribed' as status
    from {{ vendor_rows('mailchimp', 'subscribed') }}

),

unsubscribed_members as (

    select
        *,
        'unsubscribed' as status
    from {{ vendor_rows('mailchimp', 'unsubscribed') }}

),

cleaned_members as (

    select
        *,
        'cleaned' as status
    from {{ vendor_rows('mailchimp', 'cleaned') }}

),

nonsubscribed_members as (

    select
        *,
        'nonsubscribed' as status
    from {{ vendor_rows('mailchimp', 'nonsubscribed') }}

),

members as (

    select * from subscribed_members
    union all by name
    select * from unsubscribed_members
    union all by name
    select * from cleaned_members
    union all by name
    select * from nonsubscribed_members

)

select
    'mailchimp:' || {{ clean_text('euid') }} as contact_id,
    {{ normalise_email('"email address"') }} as address,
    status,
    "email address" as email_text,
    "first name" as first_name_text,
    "last name" as last_name_text,
    coalesce({{ clean_text('"phone number"') }}, {{ clean_text('phone') }}) as phone_text,
    region as region_text,
    cc as country_text,
    optin_time as optin_time_text,
    confirm_time as confirm_time_text,
    last_changed as last_changed_text,
    unsub_time as unsub_time_text,
    unsub_campaign_id,
    unsub_reason,
    clean_time as clean_time_text,
    clean_campaign_id,
    source_file,
    source_row_number
from members
