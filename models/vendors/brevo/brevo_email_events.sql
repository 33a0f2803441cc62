with events as (

    select * from {{ ref('brevo_events') }}

)

select
    {{ vendor_event_id('brevo', [
        'contact_id', 'campaign_id', 'message_id', 'event_type', 'cast(occurred_at as varchar)', 'link_url'
    ]) }} as event_id,
    contact_id,
    event_type,
    occurred_at,
    campaign_id,
    link_url,
    source_file,
    source_row_number,
    {{ unread_values({'occurred_at': 'occurred_at_text'}) }} as unread_values
from events
