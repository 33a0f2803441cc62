with email_events as (

    select
        *,
        {{ local_date('occurred_at') }} as refused_on
    from {{ ref('base_email_events') }}
    where event_type in ('complained', 'unsubscribed')

),

contact_rows as (

    select
        *,
        {{ local_date('consent_at') }} as consent_on
    from {{ ref('int_contact_rows') }}

),

suppressions as (

    select
        *,
        {{ local_date('suppressed_at') }} as listed_on
    from {{ ref('stg_suppressions') }}

),

contacts as (

    select * from {{ ref('int_contacts_merged') }}

)

select contact_rows.contact_id
from email_events
inner join contact_rows on email_events.contact_id = contact_rows.source_contact_id
where email_events.refused_on > {{ as_of() }}
union
select contacts.contact_id
from suppressions
inner join contacts on suppressions.email = contacts.email
where suppressions.listed_on > {{ as_of() }}
union
select contact_id
from contact_rows
where not email_consent and (consent_on > {{ as_of() }} or row_status = 'created_later')
