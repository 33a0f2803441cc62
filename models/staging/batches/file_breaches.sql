with source_row_counts as (

    select * from {{ ref('source_row_counts') }}

),

rejected_rows as (

    select
        *,
        -- Erased people's rows say nothing about the file, nor do visits of unknown people.
        reason like 'erased%' or (source = 'web_events' and reason = 'contact_id is empty') as is_expected
    from {{ ref('rejected_rows') }}

),

reasons as (

    select
        source,
        source_file,
        scope,
        reason,
        count(*) as rejected_count,
        min(source_row_number) as first_row_number,
        -- A value that can't be read as its type, a missing key, a reference to nothing: not what merely is unusual.
        (
            reason like '% is empty%'
            or reason like '% is not among the %'
            or reason like '% is not a date%'
            or reason like '% is not an amount'
            or reason like '% is not yes or no%'
            or reason like '%line%'
        ) and not (source = 'web_events' and reason like 'contact_id%') as is_hard
    from rejected_rows
    where not is_expected
    group by source, source_file, scope, reason

),

files as (

    select
        source_row_counts.source,
        source_row_counts.source_file,
        source_row_counts.deduplicated_count,
        source_row_counts.row_count - coalesce(expected.expected_count, 0) as row_count,
        count(*) over (partition by source_row_counts.source) as file_count
    from source_row_counts
    left join (
        select
            source,
            source_file,
            count(*) as expected_count
        from rejected_rows
        where is_expected
        group by source, source_file
    ) as expected
        on source_row_counts.source = expected.source and source_row_counts.source_file = expected.source_file

),

mostly_rejected as (

    select
        source,
        source_file,
        reason,
        first_row_number,
        sum(rejected_count) over (partition by source, source_file) as rejected_count,
        row_number() over (partition by source, source_file order by rejected_count desc, reason asc) as place
    from reasons
    where scope = 'row'

),

breaches as (

    select
        files.source,
        files.source_file,
        'mostly rejected' as rule,
        mostly_rejected.reason,
        files.row_count,
        0.5 as share_limit,
        mostly_rejected.rejected_count as found_count,
        mostly_rejected.first_row_number
    from files
    inner join mostly_rejected
        on files.source = mostly_rejected.source and files.source_file = mostly_rejected.source_file
    where mostly_rejected.place = 1 and 2 * mostly_rejected.rejected_count > files.row_count
    union all
    select
        files.source,
        files.source_file,
        'rejected' as rule,
        reasons.reason,
        files.row_count,
        0.02 as share_limit,
        reasons.rejected_count as found_count,
        reasons.first_row_number
    from files
    inner join reasons on files.source = reasons.source and files.source_file = reasons.source_file
    where reasons.is_hard and reasons.rejected_count > 20 and reasons.rejected_count > 0.02 * files.row_count
    union all
    -- Of several files the later may well bring rows of the earlier again.
    select
        source,
        source_file,
        'repeated' as rule,
        'another row has the same key' as reason,
        row_count,
        0.02 as share_limit,
        deduplicated_count as found_count,
        cast(null as bigint) as first_row_number
    from files
    where file_count = 1 and deduplicated_count > 20 and deduplicated_count > 0.02 * row_count

)

select
    source,
    'file ' || rule as rule,
    source_file || ': ' || reason as subject,
    cast(null as date) as first_day,
    cast(null as date) as last_day,
    cast(0 as double) as expected,
    cast(share_limit * row_count as double) as bound,
    cast(found_count as double) as found,
    {{ rounded('found_count') }} || ' of the ' || {{ rounded('row_count') }} || ' rows of ' || source_file
    || case rule when 'repeated' then ' are there twice, because ' else ' are rejected, most because ' end || reason
    || coalesce(', the first of them in row ' || {{ rounded('first_row_number') }}, '') as sentence
from breaches
