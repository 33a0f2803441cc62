with contacts as (

    select
        *,
        {{ local_date('consent_at') }} as consent_on
    from {{ ref('int_contacts_merged') }}

),

email_events as (

    select * from {{ ref('fct_email_events') }}

),

remembered_refusals as (

    select * from {{ ref('int_remembered_refusals') }}
    where not is_later

),

-- Of two dates of one event the later counts. A date that was mended takes the place of none, and of one
-- that is still to come.
last_refusals as (

    select
        contact_id,
        kind,
        event_id,
        source_contact_id,
        bounce_type,
        is_accepted,
        max(refused_at) as refused_at,
        max(refused_on) as refused_on,
        max(first_seen_on) as first_seen_on,
        max(case when is_delivered then 1 else 0 end) = 1 as is_delivered
    from remembered_refusals
    where kind <> 'refused'
    group by contact_id, kind, event_id, source_contact_id, bounce_type, is_accepted

)
select 1
