{{ config(materialized='table') }}

with contacts as (

    select
        *,
        {{ local_date('consent_at') }} as consent_on
    from {{ ref('int_contacts_resolved') }}

),

remembered_refusals as (

    select * from {{ ref('int_remembered_refusals') }}
    where not is_later

),

arrivals as (

    select * from {{ ref('int_contact_arrivals') }}

),

dated_refusals as (

    select
        remembered_refusals.*,
        coalesce(remembered_refusals.refused_on, cast('1900-01-01' as date)) as counted_on,
        -- Without a date it was said by the day on which it was seen first.
        coalesce(
            contacts.email_consent
            and contacts.consent_on > coalesce(remembered_refusals.refused_on, remembered_refusals.first_seen_on),
            false
        ) as is_consent_later,
        -- An email that was read came to the address; one that merely left was not returned yet.
        coalesce(
            case
                when remembered_refusals.bounce_type = 'hard'
                    then arrivals.read_email_began_at > remembered_refusals.refused_at
                else arrivals.arrived_at > remembered_refusals.refused_at
            end,
            false
        ) as is_email_read_later
    from remembered_refusals
    left join contacts on remembered_refusals.contact_id = contacts.contact_id
    left join arrivals on remembered_refusals.contact_id = arrivals.contact_id

),

refusals as (

    select
        contact_id,
        kind as reason,
        max(counted_on) as refused_on
    from dated_refusals
    where
        kind = 'complained'
        -- Whoever agrees again after leaving may be emailed again; only mending ends a row without a date.
        or (kind = 'unsubscribed' and (not is_consent_later or (is_delivered and refused_at is null)))
        or (kind = 'bounced' and not is_email_read_later)
    group by contact_id, kind
    union all
    select
        contact_id,
        'suppressed' as reason,
        coalesce(min(case when is_accepted then counted_on end), cast('1900-01-01' as date)) as refused_on
    from dated_refusals
    where kind = 'suppressed' and (is_delivered or not is_consent_later)
    group by contact_id
    union all
    select
        contact_id,
        'refused' as reason,
        coalesce(consent_on, cast('1900-01-01' as date)) as refused_on
    from contacts
    where not email_consent

),

deliveries as (

    select
        contact_id,
        kind,
        max(case when is_delivered then 1 else 0 end) as is_delivered
    from remembered_refusals
    group by contact_id, kind

)

select
    refusals.contact_id,
    refusals.reason,
    refusals.refused_on,
    deliveries.is_delivered = 1 as is_delivered
from refusals
left join deliveries on refusals.contact_id = deliveries.contact_id and refusals.reason = deliveries.kind
