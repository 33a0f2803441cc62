with contact_rows as (

    select * from {{ ref('int_contact_rows') }}

),

remembered_refusals as (

    select * from {{ ref('int_remembered_refusals') }}
    where kind = 'refused' and not is_later

),

-- A rejected row, or a duplicate later in the file, can take consent away, not give it.
statements as (

    select
        contact_id,
        email_consent,
        consent_at,
        -- Nothing in a row was said after the row was changed last.
        case
            when email_consent then consent_at
            when consent_at > updated_at or updated_at is null then consent_at
            else updated_at
        end as said_by
    from contact_rows
    where
        (
            (row_status = 'merged' and email_consent is not null)
            or (row_status in ('rejected', 'duplicate') and not email_consent)
        )
        -- A statement dated after as_of does not exist yet.
        and (consent_at is null or {{ local_date('consent_at') }} <= {{ as_of() }})
    union all
    -- No file need repeat a refusal. Without any date it was said by the day on which it was seen first.
    select
        contact_id,
        false as email_consent,
        refused_at as consent_at,
        coalesce(said_by, {{ start_of_day(dbt.dateadd('day', 1, 'first_seen_on')) }}) as said_by
    from remembered_refusals

),

-- Sending someone who said no is the worse mistake: a refusal counts as said as late as it can have
-- been, a consent without a date as the earliest, and at the same moment the refusal counts.
ranked_statements as (

    select
        contact_id,
        email_consent,
        consent_at,
        row_number() over (
            partition by contact_id
            order by
                case when said_by is null and not email_consent then 0 else 1 end asc,
                said_by desc nulls last,
                email_consent asc,
                consent_at desc nulls last
        ) as statement_number
    from statements

)

select
    contact_id,
    email_consent,
    consent_at
from ranked_statements
where statement_number = 1
