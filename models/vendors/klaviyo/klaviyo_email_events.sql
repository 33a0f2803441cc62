with events as (

    select * from {{ vendor_rows('klaviyo', 'events') }}

),

metrics as (

    select * from {{ ref('klaviyo_metrics') }}

),

event_texts as (

    select
        events.source_file,
        events.source_row_number,
        'klaviyo:' || {{ json_text('events.record', 'id') }} as event_id,
        'klaviyo:' || coalesce(
            {{ json_text('events.record', 'relationships.profile.data.id') }},
            {{ json_text('events.record', 'attributes.profile_id') }}
        ) as contact_id,
        metrics.metric_name as event_type,
        coalesce(
            {{ json_text('events.record', 'attributes.datetime') }},
            {{ json_text('events.record', 'attributes.timestamp') }}
        ) as occurred_at_text,
        'klaviyo:' || {{ json_text('events.record', 'attributes.event_properties.$message') }} as campaign_id,
        {{ json_text('events.record', 'attributes.event_properties.URL') }} as link_url,
        coalesce(
            {{ json_text('events.record', 'attributes.event_properties.Apple Privacy Open') }},
            {{ json_text('events.record', 'attributes.event_properties.machine_open') }}
        ) as is_machine_open_text,
        {{ json_text('events.record', 'attributes.event_properties.Bounce Type') }} as bounce_type_text
    from events
    left join metrics on {{ json_text('events.record', 'relationships.metric.data.id') }} = metrics.metric_id

),

-- Orders, visits and the other channels are no emails. What has no name is kept, so that it is seen, and so
-- is a kind of email event that nobody knows yet.
email_events as (

    select
        *,
        {{ read_vendor_timestamp('occurred_at_text', 'klaviyo') }} as occurred_at,
        {{ parse_boolean('is_machine_open_text') }} as is_machine_open,
        lower({{ clean_text('bounce_type_text') }}) as bounce_type
    from event_texts
    where
        event_type is null
        or (
            regexp_matches(lower(event_type), 'email|spam|unsubscribed|suppressed')
            and not regexp_matches(lower(event_type), '^subscribed to|sms|push|whatsapp')
        )

)

select
    event_id,
    contact_id,
    event_type,
    occurred_at,
    campaign_id,
    link_url,
    is_machine_open,
    bounce_type,
    source_file,
    source_row_number,
    {{ unread_values({
        'occurred_at': 'occurred_at_text',
        'is_machine_open': 'is_machine_open_text',
    }) }} as unread_values
from email_events
