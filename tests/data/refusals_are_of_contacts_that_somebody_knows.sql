-- Of a contact deleted since, an earlier build knew the id. See docs/personal_data.md for the others.
with email_events as (

    select * from {{ ref('base_email_events') }}

),

known_contacts as (

    select contact_id from {{ ref('base_contacts') }}
    union
    select contact_id from {{ ref('remembered_contact_ids') }}

)

select
    count(*) || ' refusals in email_events are of contacts that nobody knows, the first has event_id '
    || min(email_events.event_id) || '; correct contact_id, deliver the contacts, or let that many pass with'
    || ' the var unknown_refusals' as problem
from email_events
left join known_contacts on email_events.contact_id = known_contacts.contact_id
where
    email_events.event_type in ('complained', 'unsubscribed', 'bounced')
    and email_events.bounce_type is distinct from 'soft'
    and email_events.reject_reason = 'contact_id is not among the contacts'
    and known_contacts.contact_id is null
having count(*) > {{ var('unknown_refusals') }}
