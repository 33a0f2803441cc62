{{ config(enabled=var('using_campaigns')) }}
-- Asks the staged sources themselves, not the columns by which the messages were screened.
with due as (

    select distinct contact_id
    from {{ ref('int_sequence_messages') }}
    where status in ('due', 'upcoming')

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

refusals as (

    select
        contact_map.contact_id,
        email_events.event_type,
        email_events.occurred_at
    from {{ ref('stg_email_events') }} as email_events
    inner join contact_map on email_events.contact_id = contact_map.source_contact_id
    where
        email_events.event_type in ('complained', 'unsubscribed', 'bounced')
        and email_events.occurred_on <= {{ as_of() }}

),

last_arrivals as (

    select
        contact_map.contact_id,
        max(email_events.occurred_at) as arrived_at
    from {{ ref('stg_email_events') }} as email_events
    inner join contact_map on email_events.contact_id = contact_map.source_contact_id
    where
        email_events.event_type in ('delivered', 'opened', 'clicked')
        and email_events.occurred_on <= {{ as_of() }}
    group by contact_map.contact_id

),

suppressions as (

    select * from {{ ref('stg_suppressions') }}

),

manual_changes as (

    select * from {{ ref('stg_segment_members_manual') }}

),

erasures as (

    select * from {{ ref('stg_erasures') }}
    where not coalesce(is_withdrawn, false)

),

sources as (

    select
        due.contact_id,
        contacts.email,
        case
            when contacts.consent_at is null or {{ local_date('contacts.consent_at') }} <= {{ as_of() }}
                then contacts.email_consent
        end as email_consent,
        contacts.consent_at,
        contacts.max_emails_per_month,
        contacts.birth_date,
        contacts.relationship
    from due
    inner join contact_map on due.contact_id = contact_map.contact_id
    inner join contacts on contact_map.source_contact_id = contacts.contact_id

),

last_changes as (

    select
        contact_map.contact_id,
        manual_changes.segment,
        max(case when manual_changes.action = 'add' then manual_changes.changed_at end) as added_at,
        max(case when manual_changes.action = 'remove' then manual_changes.changed_at end) as removed_at
    from manual_changes
    inner join contact_map on manual_changes.contact_id = contact_map.source_contact_id
    where {{ local_date('manual_changes.changed_at') }} <= {{ as_of() }}
    group by contact_map.contact_id, manual_changes.segment

),

consents as (

    select
        contact_id,
        max(case when email_consent then consent_at end) as agreed_at,
        max(case when not email_consent then consent_at end) as refused_at
    from sources
    group by contact_id

)

select
    contact_id,
    'erased' as why
from due
where contact_id in (select erasures.contact_id from erasures)
union all
select
    contact_id,
    'no address' as why
from due
where
    contact_id not in (
        select sources.contact_id
        from sources
        where sources.email is not null
    )
union all
select
    contact_id,
    'no consent' as why
from due
where
    contact_id not in (
        select sources.contact_id
        from sources
        where sources.email_consent
    )
union all
select
    contact_id,
    'refused later' as why
from consents
where refused_at > agreed_at
union all
select
    sources.contact_id,
    'on a suppression list' as why
from sources
inner join suppressions on sources.email = suppressions.email
where suppressions.suppressed_at is null or {{ local_date('suppressions.suppressed_at') }} <= {{ as_of() }}
union all
select
    due.contact_id,
    'complained' as why
from due
inner join refusals on due.contact_id = refusals.contact_id
where refusals.event_type = 'complained'
union all
select
    consents.contact_id,
    'unsubscribed and did not agree again' as why
from consents
inner join refusals on consents.contact_id = refusals.contact_id
where
    refusals.event_type = 'unsubscribed'
    and not coalesce(consents.agreed_at > refusals.occurred_at, false)
union all
select
    due.contact_id,
    'bounced and nothing arrived since' as why
from due
inner join refusals as bounces on due.contact_id = bounces.contact_id
left join last_arrivals on due.contact_id = last_arrivals.contact_id
where bounces.event_type = 'bounced' and not coalesce(bounces.occurred_at < last_arrivals.arrived_at, false)
union all
select
    contact_id,
    'wishes no email' as why
from sources
group by contact_id
having max(max_emails_per_month) = 0
union all
select
    contact_id,
    'too young' as why
from sources
group by contact_id
having max({{ age_on('birth_date', as_of()) }}) < {{ var('minimum_age') }}
union all
select
    sources.contact_id,
    'supplier or partner' as why
from sources
left join last_changes
    on
        sources.contact_id = last_changes.contact_id
        and last_changes.segment in ('suppliers', 'partners')
where last_changes.contact_id is null
group by sources.contact_id
having min(case when sources.relationship in ('supplier', 'partner') then 1 else 0 end) = 1
union all
select
    due.contact_id,
    'excluded manually' as why
from due
inner join last_changes on due.contact_id = last_changes.contact_id
where
    (
        last_changes.segment = 'do_not_contact'
        and last_changes.added_at > coalesce(last_changes.removed_at, cast('1900-01-01' as timestamp))
    )
    or (
        last_changes.segment = 'promotion_audience'
        and last_changes.removed_at >= coalesce(last_changes.added_at, cast('1900-01-01' as timestamp))
    )
