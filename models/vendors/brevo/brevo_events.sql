with event_records as (

    select * from {{ vendor_rows('brevo', 'events') }}

),

contacts as (

    select * from {{ ref('brevo_contacts') }}

),

addresses as (

    select
        {{ normalise_email('email') }} as address,
        min(contact_id) as contact_id
    from contacts
    where {{ normalise_email('email') }} is not null
    group by 1

),

events as (

    select
        {{ json_text('record', 'email') }} as email,
        lower({{ clean_text(json_text('record', 'event')) }}) as event_type,
        -- These are Unix seconds or milliseconds; what is called date is in other timezones.
        coalesce(
            {{ json_text('record', 'ts_event') }},
            {{ json_text('record', 'ts_epoch') }},
            {{ json_text('record', 'ts') }}
        ) as time_text,
        coalesce({{ json_text('record', 'date_event') }}, {{ json_text('record', 'date') }}) as date_text,
        {{ json_text('record', 'ts_sent') }} as sent_at_text,
        {{ clean_text(json_text('record', 'camp_id')) }} as campaign_number,
        {{ clean_text(json_text('record', 'campaign name')) }} as campaign_name,
        {{ json_text('record', 'message-id') }} as message_id,
        coalesce(
            {{ clean_text(json_text('record', 'URL')) }}, {{ clean_text(json_text('record', 'link')) }}
        ) as link_url,
        source_file,
        source_row_number
    from event_records

)

select
    events.*,
    addresses.contact_id,
    'brevo:' || events.campaign_number as campaign_id,
    {{ read_vendor_timestamp('events.time_text', 'brevo') }} as occurred_at,
    coalesce(events.time_text, events.date_text) as occurred_at_text
from events
left join addresses on {{ normalise_email('events.email') }} = addresses.address
-- Changes of contacts and lists come in the same way, and are no events of an email.
where
    events.event_type is null
    or events.event_type not in ('contact_deleted', 'contact_updated', 'list_addition')
