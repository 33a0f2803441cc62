{{ config(materialized='table') }}

with remembered_refusals as (

    select
        *,
        {{ local_date('refused_at') }} as refused_on
    from {{ ref('remembered_refusals') }}

),

delivered_events as (

    select distinct
        event_id,
        contact_id,
        kind
    from remembered_refusals
    where is_delivered and is_accepted and event_id is not null

),

-- A date mended in the file takes the place of one that could not be read, and of one still to come.
refusals as (

    select remembered_refusals.*
    from remembered_refusals
    left join delivered_events
        on
            remembered_refusals.event_id = delivered_events.event_id
            and remembered_refusals.contact_id = delivered_events.contact_id
            and remembered_refusals.kind = delivered_events.kind
            and not remembered_refusals.is_delivered
            and coalesce(remembered_refusals.refused_on > {{ as_of() }}, true)
    where delivered_events.event_id is null

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

agreements as (

    select
        contact_map.contact_id,
        max({{ local_date('contacts.consent_at') }}) as agreed_on
    from contacts
    inner join contact_map on contacts.contact_id = contact_map.source_contact_id
    where contacts.email_consent and {{ local_date('contacts.consent_at') }} <= {{ as_of() }}
    group by contact_map.contact_id

),

ids_created_later as (

    select contact_id
    from contacts
    where {{ local_date('created_at') }} > {{ as_of() }}

),

address_keys as (

    select * from {{ ref('int_contact_address_keys') }}

),

-- The id may be another person's by now, and the address another contact's: whoever has either is
-- spared.
matches as (

    select
        refusals.*,
        contact_map.contact_id as present_contact_id,
        1 as match_rank
    from refusals
    inner join contact_map on refusals.contact_id = contact_map.source_contact_id
    union all
    -- A contact who said no and agreed later took it back for all with the address.
    select
        refusals.*,
        address_keys.contact_id as present_contact_id,
        2 as match_rank
    from refusals
    inner join address_keys on refusals.email = address_keys.address_key and address_keys.key_type = 'email'
    left join contact_map on refusals.contact_id = contact_map.source_contact_id
    left join agreements on contact_map.contact_id = agreements.contact_id
    where
        refusals.kind not in ('unsubscribed', 'refused')
        or not coalesce(
            agreements.agreed_on > coalesce({{ local_date('refusals.said_by') }}, refusals.first_seen_on), false
        )
    union all
    select
        refusals.*,
        address_keys.contact_id as present_contact_id,
        3 as match_rank
    from refusals
    inner join address_keys on coalesce(refusals.domain, refusals.email_hash) = address_keys.address_key
    where address_keys.key_type in ('domain', 'hash')

)

select
    matches.present_contact_id as contact_id,
    matches.kind,
    matches.bounce_type,
    matches.refused_at,
    matches.refused_on,
    matches.said_by,
    matches.contact_id as source_contact_id,
    matches.event_id,
    matches.campaign_id,
    matches.is_accepted,
    matches.first_seen_on,
    matches.is_delivered,
    coalesce(matches.refused_on > {{ as_of() }}, false)
    or (matches.kind = 'refused' and ids_created_later.contact_id is not null) as is_later,
    min(matches.match_rank) as match_rank
from matches
left join ids_created_later on matches.contact_id = ids_created_later.contact_id
group by
    matches.present_contact_id, matches.kind, matches.bounce_type, matches.refused_at, matches.refused_on,
    matches.said_by, matches.contact_id, matches.event_id, matches.campaign_id, matches.is_accepted,
    matches.first_seen_on, matches.is_delivered, ids_created_later.contact_id
