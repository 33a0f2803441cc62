with recipients as (

    select * from {{ vendor_rows('mailchimp', 'sent_to') }}

),

activity_records as (

    select * from {{ vendor_rows('mailchimp', 'email_activity') }}

),

members as (

    select * from {{ ref('mailchimp_members') }}

),

campaigns as (

    select * from {{ ref('mailchimp_campaigns') }}

),

addresses as (

    select
        address,
        min(contact_id) as contact_id
    from members
    where address is not null
    group by address

),

sendings as (

    select
        {{ json_text('record', 'email_address') }} as email_text,
        'mailchimp:' || {{ json_text('record', 'campaign_id') }} as campaign_id,
        -- Whatever became of it, it was sent.
        'sent' as event_type,
        source_file,
        source_row_number
    from recipients

),

actions as (

    select
        {{ json_text('record', 'email_address') }} as email_text,
        'mailchimp:' || {{ json_text('record', 'campaign_id') }} as campaign_id,
        {{ list_items(json_elements('record', 'activity')) }} as action,
        {{ list_positions(json_elements('record', 'activity')) }} as position,
        source_file,
        source_row_number
    from activity_records

),

activities as (

    select
        sendings.email_text,
        sendings.campaign_id,
        sendings.event_type,
        campaigns.sent_at as occurred_at,
        cast(null as varchar) as occurred_at_text,
        cast(null as varchar) as link_url,
        cast(null as varchar) as bounce_type_text,
        sendings.source_file,
        sendings.source_row_number
    from sendings
    left join campaigns on sendings.campaign_id = campaigns.campaign_id
    union all
    select
        email_text,
        campaign_id,
        {{ json_text('action', 'action') }} as event_type,
        {{ read_vendor_timestamp(json_text('action', 'timestamp'), 'mailchimp') }} as occurred_at,
        {{ json_text('action', 'timestamp') }} as occurred_at_text,
        {{ clean_text(json_text('action', 'url')) }} as link_url,
        {{ json_text('action', 'type') }} as bounce_type_text,
        source_file,
        row_number() over (partition by source_file order by source_row_number, position) as source_row_number
    from actions

)

select
    activities.*,
    addresses.contact_id,
    {{ normalise_email('activities.email_text') }} as address
from activities
left join addresses on {{ normalise_email('activities.email_text') }} = addresses.address
