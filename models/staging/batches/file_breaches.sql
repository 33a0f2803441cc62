with new_files as (

    select * from {{ ref('new_files') }}

),

rejected_rows as (

    select * from {{ ref('rejected_rows') }}
    where not {{ is_expected_rejection() }}

),

reasons as (

    select
        rejected_rows.source,
        rejected_rows.source_file,
        rejected_rows.scope,
        rejected_rows.reason,
        count(*) as rejected_count,
        min(rejected_rows.source_row_number) as first_row_number,
        -- A value that can't be read as its type, a missing key, a reference to nothing: not what merely is unusual.
        (
            rejected_rows.reason like '% is empty%'
            or rejected_rows.reason like '% is not among the %'
            or rejected_rows.reason like '% is not a date%'
            or rejected_rows.reason like '% is not an amount'
            or rejected_rows.reason like '% is not yes or no%'
            or rejected_rows.reason like '%line%'
        ) and not (rejected_rows.source = 'web_events' and rejected_rows.reason like 'contact_id%') as is_hard
    from rejected_rows
    inner join new_files
        on rejected_rows.source = new_files.source and rejected_rows.source_file = new_files.source_file
    group by rejected_rows.source, rejected_rows.source_file, rejected_rows.scope, rejected_rows.reason

),

tables as (

    select
        source,
        sum(row_count) as row_count
    from new_files
    group by source

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

rejected as (

    select
        source,
        source_file,
        reason,
        rejected_count as file_count,
        sum(rejected_count) over (partition by source, scope, reason) as rejected_count,
        row_number() over (
            partition by source, scope, reason
            order by rejected_count desc, source_file asc
        ) as place
    from reasons
    where is_hard

),

breaches as (

    select
        new_files.source,
        'file mostly rejected' as rule,
        new_files.source_file || ': ' || mostly_rejected.reason as subject,
        mostly_rejected.reason,
        0.5 * new_files.row_count as bound,
        mostly_rejected.rejected_count as found,
        {{ rounded('mostly_rejected.rejected_count') }} || ' of the ' || {{ rounded('new_files.row_count') }}
        || ' rows of ' || new_files.source_file || ' are rejected, most because ' || mostly_rejected.reason
        || ', the first of them in row ' || {{ rounded('mostly_rejected.first_row_number') }} as sentence
    from new_files
    inner join mostly_rejected
        on new_files.source = mostly_rejected.source and new_files.source_file = mostly_rejected.source_file
    where mostly_rejected.place = 1 and 2 * mostly_rejected.rejected_count > new_files.row_count
    union all
    select
        tables.source,
        'rows rejected' as rule,
        rejected.reason as subject,
        rejected.reason,
        0.02 * tables.row_count as bound,
        rejected.rejected_count as found,
        {{ rounded('rejected.rejected_count') }} || ' of the ' || {{ rounded('tables.row_count') }}
        || ' rows that are new are rejected because ' || rejected.reason || ', '
        || {{ rounded('rejected.file_count') }} || ' of them in ' || rejected.source_file as sentence
    from tables
    inner join rejected on tables.source = rejected.source
    where rejected.place = 1 and rejected.rejected_count > 20 and rejected.rejected_count > 0.02 * tables.row_count
    union all
    -- Of several files the later may well bring rows of the earlier again.
    select
        source,
        'rows repeated' as rule,
        'another row has the same key' as subject,
        'another row has the same key' as reason,
        0.02 * row_count as bound,
        deduplicated_count as found,
        {{ rounded('deduplicated_count') }} || ' of the ' || {{ rounded('row_count') }} || ' rows of ' || source_file
        || ' are there twice, because another row has the same key' as sentence
    from new_files
    where is_only and deduplicated_count > 20 and deduplicated_count > 0.02 * row_count

)

select
    source,
    rule,
    subject,
    cast(null as date) as first_day,
    cast(null as date) as last_day,
    cast(0 as double) as expected,
    cast(bound as double) as bound,
    cast(found as double) as found,
    sentence,
    -- People are deleted for good; a missing key or a defective value is to be mended.
    reason like '% is not among the %' as is_acceptable
from breaches
