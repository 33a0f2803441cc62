with events as (

    select * from {{ vendor_rows('klaviyo', 'events') }}

),

messages as (

    select
        'klaviyo:' || {{ json_text('record', 'attributes.event_properties.$message') }} as campaign_id,
        {{ clean_text(json_text('record', 'attributes.event_properties.Campaign Name')) }} as name,
        {{ read_vendor_timestamp(json_text('record', 'attributes.datetime'), 'klaviyo') }} as occurred_at,
        source_file,
        source_row_number
    from events
    where {{ json_text('record', 'attributes.event_properties.$message') }} is not null

),

first_events as (

    select
        *,
        row_number() over (
            partition by campaign_id order by occurred_at asc nulls last, source_file asc, source_row_number asc
        ) as event_number
    from messages

)

select
    campaign_id,
    name,
    'email' as channel,
    -- Nothing happens to a message before it is sent.
    occurred_at as sent_at,
    source_file,
    source_row_number,
    cast(null as varchar) as unread_values
from first_events
where event_number = 1
