with rejected_row_counts as (

    select
        source,
        source_file,
        count(*) as rejected_count
    from {{ ref('rejected_rows') }}
    where scope = 'row'
    group by source, source_file

),

loaded_files as (

    select * from {{ ref('loaded_files') }}
    where source in ('{{ input_tables() | join("', '") }}') -- noqa: LT05

),

table_row_counts as (

    {{ source_counts('contacts') }}
    union all
    {{ source_counts('contact_traits') }}
    union all
    {{ source_counts('orders') }}
    union all
    {{ source_counts('order_items') }}
    union all
    {{ source_counts('email_events', duplicates='duplicate_email_events') }}
    union all
    {{ source_counts('campaigns') }}
    union all
    {{ source_counts('web_events', duplicates='duplicate_web_events') }}
    union all
    {{ source_counts('support_cases') }}
    union all
    {{ source_counts('segment_members_manual') }}
    union all
    {{ source_counts('suppressions') }}
    union all
    {{ source_counts('erasures') }}

)

select
    loaded_files.source,
    loaded_files.source_file,
    loaded_files.row_count + loaded_files.unreadable_count as row_count,
    coalesce(table_row_counts.staged_count, 0) as staged_count,
    coalesce(table_row_counts.deduplicated_count, 0) as deduplicated_count,
    coalesce(rejected_row_counts.rejected_count, 0) as rejected_count
from loaded_files
left join table_row_counts
    on loaded_files.source = table_row_counts.source and loaded_files.source_file = table_row_counts.source_file
left join rejected_row_counts
    on loaded_files.source = rejected_row_counts.source and loaded_files.source_file = rejected_row_counts.source_file
