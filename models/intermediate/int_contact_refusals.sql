with contacts as (

    select
        *,
        {{ local_date('consent_at') }} as consent_on
    from {{ ref('int_contacts_merged') }}

),

email_events as (

    select * from {{ ref('fct_email_events') }}

),

suppressions as (

    select
        *,
        coalesce({{ local_date('suppressed_at') }}, cast('1900-01-01' as date)) as listed_on
    from {{ ref('stg_suppressions') }}

),

rejected_refusals as (

    select * from {{ ref('int_rejected_refusals') }}

),

last_events as (

    select
        contact_id,
        max(case when event_type = 'complained' then occurred_on end) as complained_on,
        max(case when event_type = 'unsubscribed' then occurred_on end) as unsubscribed_on,
        max(case when event_type = 'bounced' then occurred_at end) as bounced_at,
        max(case when event_type in ('delivered', 'opened', 'clicked') then occurred_at end) as arrived_at
    from email_events
    group by contact_id

),

listings as (

    select
        email,
        min(listed_on) as listed_on
    from suppressions
    group by email

),

refusals as (

    select
        contact_id,
        'complained' as reason,
        complained_on as refused_on
    from last_events
    where complained_on is not null
    union all
    select
        contacts.contact_id,
        'suppressed' as reason,
        listings.listed_on as refused_on
    from contacts
    inner join listings on contacts.email = listings.email
    where listings.listed_on <= {{ as_of() }}
    union all
    -- Whoever agrees again after leaving may be mailed again.
    select
        contacts.contact_id,
        'unsubscribed' as reason,
        last_events.unsubscribed_on as refused_on
    from contacts
    inner join last_events on contacts.contact_id = last_events.contact_id
    where
        last_events.unsubscribed_on is not null
        and not coalesce(contacts.email_consent and contacts.consent_on > last_events.unsubscribed_on, false)
    union all
    select
        contact_id,
        'refused' as reason,
        coalesce(consent_on, cast('1900-01-01' as date)) as refused_on
    from contacts
    where not email_consent
    union all
    -- A bounce after which mail arrived again was a passing one.
    select
        contact_id,
        'bounced' as reason,
        {{ local_date('bounced_at') }} as refused_on
    from last_events
    where bounced_at is not null and not coalesce(arrived_at > bounced_at, false)
    union all
    -- Only mending the row ends these: nothing says whether a consent came later.
    select
        contact_id,
        suppression_reason as reason,
        refused_on
    from rejected_refusals

),

-- Who refuses, refuses for the address, whoever else has it.
address_refusals as (

    select
        contacts.email,
        refusals.reason,
        max(refusals.refused_on) as refused_on
    from refusals
    inner join contacts on refusals.contact_id = contacts.contact_id
    where refusals.reason <> 'bounced' and contacts.email is not null
    group by contacts.email, refusals.reason

),

own_and_address_refusals as (

    select * from refusals
    union all
    select
        contacts.contact_id,
        address_refusals.reason,
        address_refusals.refused_on
    from contacts
    inner join address_refusals on contacts.email = address_refusals.email

)

select
    contact_id,
    reason,
    max(refused_on) as refused_on
from own_and_address_refusals
group by contact_id, reason
