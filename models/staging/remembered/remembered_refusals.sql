{%- set refusal = {
    'source': 'varchar',
    'kind': 'varchar',
    'contact_id': 'varchar',
    'email': 'varchar',
    'domain': 'varchar',
    'email_hash': 'varchar',
    'event_id': 'varchar',
    'campaign_id': 'varchar',
    'bounce_type': 'varchar',
    'refused_at': 'timestamp',
    'said_by': 'timestamp',
    'is_accepted': 'boolean',
} -%}
{%- set all_columns = refusal.keys() | join(', ') -%}
with contacts as (

    select * from {{ ref('base_contacts') }}
    where reject_reason is null or reject_reason not like 'erased%'

),

email_events as (

    select * from {{ ref('base_email_events') }}
    where
        event_type in ('complained', 'unsubscribed', 'bounced')
        and contact_id is not null
        and (reject_reason is null or reject_reason not like 'erased%')
        and not (event_type = 'bounced' and (reject_reason is not null or bounce_type is not distinct from 'soft'))

),

suppressions as (

    select
        email,
        domain,
        email_hash,
        suppressed_at,
        true as is_accepted
    from {{ ref('stg_suppressions') }}
    union
    -- Which of the texts in such a line is its day is as unsure as which is its address.
    select
        email,
        cast(null as varchar) as domain,
        cast(null as varchar) as email_hash,
        cast(null as timestamp) as suppressed_at,
        false as is_accepted
    from {{ ref('base_unread_suppressions') }}
    where email is not null

),

earlier_refusals as (

    {{ rows_before(dict(refusal, first_seen_on='date')) }}

),

contact_addresses as (

    select distinct
        contact_id,
        email
    from contacts
    where contact_id is not null and email is not null

),

delivered_refusals as (

    select
        'email_events' as source,
        email_events.event_type as kind,
        email_events.contact_id,
        coalesce({{ normalise_email('email_events.contact_id') }}, contact_addresses.email) as email,
        cast(null as varchar) as domain,
        cast(null as varchar) as email_hash,
        email_events.event_id,
        email_events.campaign_id,
        email_events.bounce_type,
        email_events.occurred_at as refused_at,
        email_events.occurred_at as said_by,
        email_events.reject_reason is null as is_accepted
    from email_events
    left join contact_addresses on email_events.contact_id = contact_addresses.contact_id
    union
    -- Nothing in a row was said after the row was changed last: of a refusal's two dates the later counts.
    select
        'contacts' as source,
        'refused' as kind,
        contact_id,
        email,
        cast(null as varchar) as domain,
        cast(null as varchar) as email_hash,
        cast(null as varchar) as event_id,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as bounce_type,
        consent_at as refused_at,
        greatest(coalesce(consent_at, updated_at), coalesce(updated_at, consent_at)) as said_by,
        true as is_accepted
    from contacts
    where not email_consent and coalesce(contact_id, email) is not null
    union
    select
        'suppressions' as source,
        'suppressed' as kind,
        cast(null as varchar) as contact_id,
        email,
        domain,
        email_hash,
        cast(null as varchar) as event_id,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as bounce_type,
        suppressed_at as refused_at,
        suppressed_at as said_by,
        is_accepted
    from suppressions

),

earlier_and_delivered_refusals as (

    select
        {{ all_columns }},
        first_seen_on,
        0 as is_delivered
    from earlier_refusals
    union all
    select
        {{ all_columns }},
        cast(null as date) as first_seen_on,
        1 as is_delivered
    from delivered_refusals

)

select
    {{ all_columns }},
    coalesce(min(first_seen_on), {{ as_of() }}) as first_seen_on,
    max(is_delivered) = 1 as is_delivered
from earlier_and_delivered_refusals
group by {{ all_columns }}
