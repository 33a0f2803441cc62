with contacts as (

    select * from {{ ref('int_contacts_merged') }}

),

refusals as (

    select * from {{ ref('int_contact_refusals') }}

),

-- Who said no comes before whom no mail can reach: the first is not phoned either.
reasons as (

    select
        refusals.contact_id,
        case refusals.reason when 'refused' then 'no_consent' else refusals.reason end as suppression_reason,
        case
            when refusals.reason = 'refused' and refusals.refused_on = cast('1900-01-01' as date)
                then contacts.created_on
            else refusals.refused_on
        end as suppressed_on,
        case refusals.reason
            when 'complained' then 1
            when 'suppressed' then 2
            when 'unsubscribed' then 3
            when 'refused' then 4
            else 6
        end as reason_rank
    from refusals
    left join contacts on refusals.contact_id = contacts.contact_id
    union all
    select
        contact_id,
        'no_email' as suppression_reason,
        created_on as suppressed_on,
        5 as reason_rank
    from contacts
    where email is null
    union all
    select
        contact_id,
        'no_consent' as suppression_reason,
        created_on as suppressed_on,
        7 as reason_rank
    from contacts
    where email_consent is null

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
