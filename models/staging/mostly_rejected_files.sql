with source_row_counts as (

    select * from {{ ref('source_row_counts') }}

),

rejected_rows as (

    select
        source,
        source_file,
        source_row_number,
        reason,
        -- Erased people's rows say nothing about the file, nor do visits of unknown people.
        reason like 'erased%' or (source = 'web_events' and reason = 'contact_id is empty') as is_expected
    from {{ ref('rejected_rows') }}
    where scope = 'row'

),

rejections as (

    select
        source,
        source_file,
        sum(case when is_expected then 1 else 0 end) as expected_count,
        sum(case when is_expected then 0 else 1 end) as rejected_count
    from rejected_rows
    group by source, source_file

),

counted_reasons as (

    select
        source,
        source_file,
        reason,
        min(source_row_number) as first_row_number,
        row_number() over (partition by source, source_file order by count(*) desc, reason) as place
    from rejected_rows
    where not is_expected
    group by source, source_file, reason

)

select
    rejections.source,
    rejections.source_file,
    source_row_counts.row_count - rejections.expected_count as row_count,
    rejections.rejected_count,
    counted_reasons.reason as commonest_reason,
    counted_reasons.first_row_number
from rejections
inner join source_row_counts
    on rejections.source = source_row_counts.source and rejections.source_file = source_row_counts.source_file
inner join counted_reasons
    on
        rejections.source = counted_reasons.source
        and rejections.source_file = counted_reasons.source_file
        and counted_reasons.place = 1
where 2 * rejections.rejected_count > source_row_counts.row_count - rejections.expected_count
