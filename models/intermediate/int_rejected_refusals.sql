with email_events as (

    select
        *,
        coalesce({{ local_date('occurred_at') }}, cast('1900-01-01' as date)) as refused_on
    from {{ ref('base_email_events') }}
    where event_type in ('complained', 'unsubscribed')

),

contact_rows as (

    select * from {{ ref('int_contact_rows') }}

),

-- An id that has an accepted row and exists on as_of has events of its own.
source_contacts as (

    select
        source_contact_id,
        contact_id,
        max(case when row_status = 'merged' then 1 else 0 end) = 1 as is_merged
    from contact_rows
    group by source_contact_id, contact_id

)

select
    source_contacts.contact_id,
    email_events.event_type,
    max(email_events.refused_on) as refused_on
from email_events
inner join source_contacts on email_events.contact_id = source_contacts.source_contact_id
where
    (email_events.reject_reason is not null or not source_contacts.is_merged)
    and email_events.refused_on <= {{ as_of() }}
group by source_contacts.contact_id, email_events.event_type
