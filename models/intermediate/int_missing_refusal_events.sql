{{ config(materialized='table') }}

with remembered_refusals as (

    select * from {{ ref('int_remembered_refusals') }}
    where event_id is not null and is_accepted and not is_delivered and not is_later

),

email_events as (

    select * from {{ ref('stg_email_events') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

delivered_events as (

    select
        email_events.event_id,
        email_events.event_type,
        email_events.occurred_on,
        contact_map.contact_id
    from email_events
    inner join contact_map on email_events.contact_id = contact_map.source_contact_id
    where email_events.event_type in ('complained', 'unsubscribed', 'bounced')

),

-- By the id it is the event of one contact; by the address it may be of several, and counts once.
events_of_one_contact as (

    select
        *,
        row_number() over (
            partition by event_id, source_contact_id, kind
            order by
                match_rank asc,
                refused_at desc,
                contact_id asc,
                campaign_id asc nulls last,
                bounce_type asc nulls last
        ) as match_number
    from remembered_refusals

),

-- A file with other keys may have brought it before, and then gone, too.
events_of_one_key as (

    select
        *,
        row_number() over (
            partition by contact_id, kind, refused_at
            order by event_id asc, source_contact_id asc
        ) as key_number
    from events_of_one_contact
    where match_number = 1

)

select
    events.event_id,
    events.contact_id,
    events.kind as event_type,
    events.bounce_type,
    events.refused_at as occurred_at,
    events.refused_on as occurred_on,
    events.campaign_id
from events_of_one_key as events
where
    events.key_number = 1
    and not exists (
        select 1 from delivered_events
        where delivered_events.event_id = events.event_id and delivered_events.event_type = events.kind
    )
    -- One unsubscription is enough for a day: the file may have other keys, or another minute.
    and not exists (
        select 1 from delivered_events
        where
            delivered_events.contact_id = events.contact_id
            and delivered_events.event_type = events.kind
            and delivered_events.occurred_on = events.refused_on
    )
