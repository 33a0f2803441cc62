with raw_email_events as (

    select * from {{ ref('raw_email_events') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

typed as (

    select
        raw_row_number,
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('contact_id') }} as contact_id,
        {{ one_of('event_type', [
            'sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed', 'complained'
        ]) }} as event_type,
        {{ parse_timestamp('occurred_at') }} as occurred_at,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('link_url') }} as link_url,
        {{ parse_boolean('is_machine_open') }} as is_machine_open,
        {{ empty_or_not(
            'event_type', 'sent, delivered, opened, clicked, bounced, unsubscribed or complained'
        ) }} as event_type_problem,
        {{ empty_or_not('occurred_at', 'a date') }} as occurred_at_problem
    from raw_email_events

)

select
    typed.raw_row_number,
    typed.event_id,
    typed.contact_id,
    typed.event_type,
    typed.occurred_at,
    typed.campaign_id,
    typed.link_url,
    typed.is_machine_open,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when typed.event_id is null then 'event_id is empty'
        when typed.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when typed.event_type is null then typed.event_type_problem
        when typed.occurred_at is null then typed.occurred_at_problem
    end as reject_reason
from typed
left join contacts on typed.contact_id = contacts.contact_id
