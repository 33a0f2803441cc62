with activities as (

    select * from {{ ref('mailchimp_activities') }}

),

members as (

    select * from {{ ref('mailchimp_members') }}

),

events as (

    select
        contact_id,
        event_type,
        occurred_at,
        occurred_at_text,
        campaign_id,
        link_url,
        bounce_type_text,
        source_file,
        source_row_number
    from activities
    union all
    select
        contact_id,
        case
            when regexp_matches(lower(unsub_reason), 'abuse|spam') then 'complained'
            else 'unsubscribed'
        end as event_type,
        {{ read_vendor_timestamp('unsub_time_text', 'mailchimp') }} as occurred_at,
        unsub_time_text as occurred_at_text,
        'mailchimp:' || {{ clean_text('unsub_campaign_id') }} as campaign_id,
        cast(null as varchar) as link_url,
        cast(null as varchar) as bounce_type_text,
        source_file,
        source_row_number
    from members
    where status = 'unsubscribed'
    union all
    select
        contact_id,
        'cleaned' as event_type,
        {{ read_vendor_timestamp('clean_time_text', 'mailchimp') }} as occurred_at,
        clean_time_text as occurred_at_text,
        'mailchimp:' || {{ clean_text('clean_campaign_id') }} as campaign_id,
        cast(null as varchar) as link_url,
        cast(null as varchar) as bounce_type_text,
        source_file,
        source_row_number
    from members
    where status = 'cleaned'

)

select
    {{ vendor_event_id('mailchimp', [
        'contact_id', 'campaign_id', 'event_type', 'cast(occurred_at as varchar)', 'link_url'
    ]) }} as event_id,
    contact_id,
    event_type,
    occurred_at,
    campaign_id,
    link_url,
    lower({{ clean_text('bounce_type_text') }}) as bounce_type,
    source_file,
    source_row_number,
    {{ unread_values({'occurred_at': 'occurred_at_text'}) }} as unread_values
from events
