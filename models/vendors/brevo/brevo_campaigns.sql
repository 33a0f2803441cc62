with events as (

    select * from {{ ref('brevo_events') }}
    where campaign_id is not null

),

ranked_events as (

    select
        *,
        {{ read_vendor_timestamp('sent_at_text', 'brevo') }} as sent_at,
        row_number() over (
            partition by campaign_id
            order by
                {{ read_vendor_timestamp('sent_at_text', 'brevo') }} asc nulls last,
                source_file asc,
                source_row_number asc
        ) as event_number
    from events

)

select
    campaign_id,
    campaign_name as name,
    'email' as channel,
    sent_at,
    source_file,
    source_row_number,
    {{ unread_values({'sent_at': 'sent_at_text'}) }} as unread_values
from ranked_events
where event_number = 1
