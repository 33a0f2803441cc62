with contacts as (

    select * from {{ ref('int_contacts_merged') }}

),

email_events as (

    select * from {{ ref('fct_email_events') }}

),

suppressions as (

    select * from {{ ref('stg_suppressions') }}

),

rejected_refusals as (

    select * from {{ ref('int_rejected_refusals') }}

),

consents as (

    select
        contact_id,
        email,
        created_on,
        email_consent,
        {{ local_date('consent_at') }} as consent_on
    from contacts

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

listed as (

    select
        email,
        min(coalesce({{ local_date('suppressed_at') }}, cast('1900-01-01' as date))) as listed_on
    from suppressions
    group by email

),

-- Who said no comes before whom no mail can reach: the first is not phoned either.
reasons as (

    select
        contact_id,
        'complained' as suppression_reason,
        complained_on as suppressed_on,
        1 as reason_rank
    from last_events
    where complained_on is not null
    union all
    select
        consents.contact_id,
        'suppressed' as suppression_reason,
        listed.listed_on as suppressed_on,
        2 as reason_rank
    from consents
    inner join listed on consents.email = listed.email
    where listed.listed_on <= {{ as_of() }}
    union all
    -- Whoever agrees again after leaving may be mailed again.
    select
        consents.contact_id,
        'unsubscribed' as suppression_reason,
        last_events.unsubscribed_on as suppressed_on,
        3 as reason_rank
    from consents
    inner join last_events on consents.contact_id = last_events.contact_id
    where
        last_events.unsubscribed_on is not null
        and not coalesce(consents.email_consent and consents.consent_on > last_events.unsubscribed_on, false)
    union all
    -- Only mending the row ends these: nothing says whether a consent came later.
    select
        contact_id,
        suppression_reason,
        refused_on as suppressed_on,
        case suppression_reason when 'complained' then 1 when 'suppressed' then 2 else 3 end as reason_rank
    from rejected_refusals
    union all
    select
        contact_id,
        'no_email' as suppression_reason,
        created_on as suppressed_on,
        5 as reason_rank
    from consents
    where email is null
    union all
    -- A bounce after which mail arrived again was a passing one.
    select
        contact_id,
        'bounced' as suppression_reason,
        {{ local_date('bounced_at') }} as suppressed_on,
        6 as reason_rank
    from last_events
    where bounced_at is not null and not coalesce(arrived_at > bounced_at, false)
    union all
    select
        contact_id,
        'no_consent' as suppression_reason,
        case when email_consent is null then created_on else coalesce(consent_on, created_on) end as suppressed_on,
        case when email_consent is null then 7 else 4 end as reason_rank
    from consents
    where not coalesce(email_consent, false)

),

ranked as (

    select
        contact_id,
        suppression_reason,
        suppressed_on,
        row_number() over (partition by contact_id order by reason_rank asc, suppressed_on desc) as reason_number
    from reasons

)

select
    contact_id,
    suppression_reason,
    suppressed_on
from ranked
where reason_number = 1
