with email_events as (

    select
        *,
        coalesce({{ local_date('occurred_at') }}, cast('1900-01-01' as date)) as refused_on
    from {{ ref('base_email_events') }}
    where reject_reason is not null and event_type in ('complained', 'unsubscribed')

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

)

select
    contact_map.contact_id,
    email_events.event_type,
    max(email_events.refused_on) as refused_on
from email_events
inner join contact_map on email_events.contact_id = contact_map.source_contact_id
where email_events.refused_on <= {{ as_of() }}
group by contact_map.contact_id, email_events.event_type
