{{ config(enabled=var('using_campaigns')) }}
-- Each sent message is an email of that contact and step at that moment, and none is two messages.
with sent_messages as (

    select
        contact_id,
        campaign_id,
        sequence,
        step,
        sent_at,
        count(*) as message_count
    from {{ ref('int_sequence_messages') }}
    where status = 'sent'
    group by contact_id, campaign_id, sequence, step, sent_at

),

emails as (

    select distinct
        email_events.contact_id,
        email_events.campaign_id,
        campaigns.sequence,
        campaigns.sequence_step as step,
        email_events.occurred_at as sent_at
    from {{ ref('fct_email_events') }} as email_events
    inner join {{ ref('dim_campaigns') }} as campaigns on email_events.campaign_id = campaigns.campaign_id
    where email_events.event_type in ('sent', 'delivered') and campaigns.sequence is not null

)

select sent_messages.*
from sent_messages
left join emails
    on
        sent_messages.contact_id = emails.contact_id
        and sent_messages.campaign_id = emails.campaign_id
        and sent_messages.sequence = emails.sequence
        and sent_messages.step = emails.step
        and sent_messages.sent_at = emails.sent_at
where emails.contact_id is null or sent_messages.message_count > 1
