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

contacts as (

    select * from {{ ref('int_contacts_merged') }}

),

rejected_suppressions as (

    select * from {{ ref('rejected_rows') }}
    where source = 'suppressions' and scope = 'row'

),

-- An id that has an accepted row and exists on as_of has events of its own.
source_contacts as (

    select
        source_contact_id,
        contact_id,
        max(case when row_status = 'merged' then 1 else 0 end) = 1 as is_merged
    from contact_rows
    group by source_contact_id, contact_id

),

listed as (

    select {{ list_items(addresses_in('row_json')) }} as email
    from rejected_suppressions

),

refusals as (

    select
        source_contacts.contact_id,
        email_events.event_type as suppression_reason,
        email_events.refused_on
    from email_events
    inner join source_contacts on email_events.contact_id = source_contacts.source_contact_id
    where
        (email_events.reject_reason is not null or not source_contacts.is_merged)
        and email_events.refused_on <= {{ as_of() }}
    union all
    -- Which of the texts in such a row is its day is as unsure as which is its address.
    select
        contacts.contact_id,
        'suppressed' as suppression_reason,
        cast('1900-01-01' as date) as refused_on
    from listed
    inner join contacts on listed.email = contacts.email

)

select
    contact_id,
    suppression_reason,
    max(refused_on) as refused_on
from refusals
group by contact_id, suppression_reason
