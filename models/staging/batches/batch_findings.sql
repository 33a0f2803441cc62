with daily_figures as (

    select * from {{ ref('daily_figures') }}

),

loaded_files as (

    select * from {{ ref('loaded_files') }}

),

delivered_tables as (

    select * from {{ ref('delivered_tables') }}

),

accepted_findings as (

    {{ accepted_findings() }}

),

findings as (

    select
        *,
        true as is_hard
    from {{ ref('file_breaches') }}
    union all
    select
        *,
        true as is_acceptable,
        false as is_hard
    from {{ ref('past_row_changes') }}
    union all
    select
        *,
        true as is_acceptable,
        false as is_hard
    from {{ ref('past_changes') }}
    union all
    select
        *,
        true as is_acceptable,
        false as is_hard
    from {{ ref('new_changes') }}
    union all
    select
        *,
        true as is_acceptable,
        false as is_hard
    from {{ ref('stale_sources') }}
    union all
    select
        *,
        true as is_acceptable,
        false as is_hard
    from {{ ref('campaign_gaps') }}
    union all
    select
        *,
        true as is_acceptable,
        false as is_hard
    from {{ ref('odd_shares') }}

),

-- The same content has the same id, whatever its files are called.
contents as (

    select source || ' ' || coalesce(checksum, '') || ' ' || {{ rounded('row_count') }} as content
    from loaded_files
    union all
    select source || ' ' || measure || ' ' || {{ rounded('sum(figure)') }}
    from daily_figures
    where measure in ('rows', 'filled', 'length', 'value', 'steady', 'campaign') and figure is not null
    group by source, measure

),

batch as (

    select substring({{ dbt.hash(dbt.listagg('content', "';'", 'order by content')) }}, 1, 12) as batch_id
    from contents

),

answered_findings as (

    select
        findings.*,
        batch.batch_id,
        coalesce(delivered_tables.is_first, true) as is_first,
        accepted_findings.accepted_by,
        accepted_findings.because,
        row_number() over (
            partition by findings.source, findings.rule, findings.subject
            order by accepted_findings.accepted_by nulls last, accepted_findings.because
        ) as place
    from findings
    cross join batch
    left join delivered_tables on findings.source = delivered_tables.source
    left join accepted_findings
        on
            findings.is_acceptable
            and findings.source = accepted_findings.source
            and findings.rule = accepted_findings.rule
            and findings.subject = accepted_findings.subject
            and (batch.batch_id = accepted_findings.batch_id or {{ as_of() }} <= accepted_findings.accepted_until)

)

select
    batch_id,
    source,
    rule,
    subject,
    first_day,
    last_day,
    expected,
    bound,
    found,
    is_hard,
    is_acceptable,
    -- Of a first delivery nothing tells what is usual; on a holiday a day may be quiet.
    accepted_by is null and (is_hard or (not is_first and rule <> 'quiet day')) as stops,
    accepted_by,
    because,
    source || ': ' || sentence as sentence
from answered_findings
where place = 1
