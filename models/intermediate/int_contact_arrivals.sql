{{ config(materialized='table') }}

with email_events as (

    select * from {{ ref('fct_email_events') }}

),

-- Read once more: what two steps read is held in memory as a whole.
arrived_events as (

    select
        contact_id,
        occurred_at
    from {{ ref('fct_email_events') }}
    where event_type in ('delivered', 'opened', 'clicked')

),

bounced_contacts as (

    select
        contact_id,
        max(case when bounce_type = 'hard' then 1 else 0 end) = 1 as is_hard
    from {{ ref('int_remembered_refusals') }}
    where kind = 'bounced' and not is_later
    group by contact_id

),

arrivals as (

    select
        arrived_events.contact_id,
        max(arrived_events.occurred_at) as arrived_at
    from arrived_events
    inner join bounced_contacts on arrived_events.contact_id = bounced_contacts.contact_id
    group by arrived_events.contact_id

),

-- An email begins when it is sent, or when it arrives where the sender does not say that.
reactions as (

    select
        email_events.contact_id,
        email_events.event_type = 'clicked'
        or (email_events.event_type = 'opened' and not email_events.is_machine_open) as is_read,
        max(case when email_events.event_type in ('sent', 'delivered') then email_events.occurred_at end) over (
            partition by email_events.contact_id, email_events.campaign_id
            order by email_events.occurred_at
            range between unbounded preceding and current row
        ) as email_began_at
    from email_events
    inner join bounced_contacts on email_events.contact_id = bounced_contacts.contact_id
    where bounced_contacts.is_hard

),

read_emails as (

    select
        contact_id,
        max(email_began_at) as began_at
    from reactions
    where is_read
    group by contact_id

)

select
    bounced_contacts.contact_id,
    arrivals.arrived_at,
    read_emails.began_at as read_email_began_at
from bounced_contacts
left join arrivals on bounced_contacts.contact_id = arrivals.contact_id
left join read_emails on bounced_contacts.contact_id = read_emails.contact_id
