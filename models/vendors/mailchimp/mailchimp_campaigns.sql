with campaign_records as (

    select * from {{ vendor_rows('mailchimp', 'campaigns') }}

),

campaigns as (

    select
        'mailchimp:' || {{ json_text('record', 'id') }} as campaign_id,
        coalesce(
            {{ clean_text(json_text('record', 'settings.title')) }},
            {{ clean_text(json_text('record', 'settings.subject_line')) }}
        ) as name,
        {{ read_vendor_timestamp(json_text('record', 'send_time'), 'mailchimp') }} as sent_at,
        {{ json_text('record', 'send_time') }} as sent_at_text,
        source_file,
        source_row_number
    from campaign_records

)

select
    campaign_id,
    name,
    'email' as channel,
    sent_at,
    source_file,
    source_row_number,
    {{ unread_values({'sent_at': 'sent_at_text'}) }} as unread_values
from campaigns
