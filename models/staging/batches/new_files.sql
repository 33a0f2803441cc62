with source_row_counts as (

    select * from {{ ref('source_row_counts') }}

),

loaded_files as (

    select * from {{ ref('loaded_files') }}

),

expected_rejections as (

    select
        source,
        source_file,
        count(*) as expected_count
    from {{ ref('rejected_rows') }}
    where {{ is_expected_rejection() }}
    group by source, source_file

),

passed_files as (

    select
        source,
        value as checksum
    from {{ ref('daily_figures') }}
    where measure = 'file' and figure_before is not null

),

files as (

    select
        source_row_counts.source,
        source_row_counts.source_file,
        source_row_counts.row_count - coalesce(expected_rejections.expected_count, 0) as row_count,
        source_row_counts.deduplicated_count,
        count(*) over (partition by source_row_counts.source) = 1 as is_only,
        passed_files.checksum is null as is_new
    from source_row_counts
    inner join loaded_files
        on
            source_row_counts.source = loaded_files.source
            and source_row_counts.source_file = loaded_files.source_file
    left join expected_rejections
        on
            source_row_counts.source = expected_rejections.source
            and source_row_counts.source_file = expected_rejections.source_file
    left join passed_files
        on loaded_files.source = passed_files.source and loaded_files.checksum = passed_files.checksum

)

select
    source,
    source_file,
    row_count,
    deduplicated_count,
    is_only
from files
where is_new
