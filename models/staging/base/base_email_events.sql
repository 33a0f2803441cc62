{{ config(materialized='view') }}

with loaded_email_events as (

    select
        *,
        case when event_type in ('complained', 'unsubscribed', 'bounced') then contact_id end as refusal_contact_id
    from {{ ref('loaded_email_events') }}

),

refusal_contacts as (

    select * from {{ ref('base_refusal_contacts') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

email_events as (

    select
        loaded_email_events.*,
        coalesce(refusal_contacts.contact_id, loaded_email_events.contact_id) as meant_contact_id
    from loaded_email_events
    left join refusal_contacts on loaded_email_events.refusal_contact_id = refusal_contacts.written_as

)

select
    email_events.source_file,
    email_events.source_row_number,
    email_events.event_id,
    email_events.meant_contact_id as contact_id,
    email_events.event_type,
    email_events.bounce_type,
    email_events.occurred_at,
    email_events.occurred_on,
    email_events.campaign_id,
    email_events.link_url,
    email_events.is_machine_open,
    email_events.has_unread_value,
    email_events.is_unknown_type and not coalesce(contacts.is_erased, false) as is_unknown_type,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when email_events.key_problem is not null then email_events.key_problem
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        else email_events.value_problem
    end as reject_reason
from email_events
left join contacts on email_events.meant_contact_id = contacts.contact_id
