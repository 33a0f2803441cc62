with loaded_files as (

    select
        *,
        true as is_present
    from {{ ref('loaded_files') }}
    where checksum is not null

),

earlier_deliveries as (

    {{ rows_before({
        'source': 'varchar',
        'source_file': 'varchar',
        'checksum': 'varchar',
        'byte_count': 'bigint',
        'row_count': 'bigint',
        'unreadable_count': 'bigint',
        'loaded_at': 'timestamp'
    }) }}

),

all_deliveries as (

    select
        source,
        source_file,
        checksum,
        byte_count,
        row_count,
        unreadable_count,
        loaded_at,
        is_present
    from loaded_files
    union all
    select
        *,
        false as is_present
    from earlier_deliveries

)

select
    source,
    source_file,
    checksum,
    max(byte_count) as byte_count,
    max(row_count) as row_count,
    max(unreadable_count) as unreadable_count,
    min(loaded_at) as loaded_at,
    max(case when is_present then 1 else 0 end) = 1 as is_present
from all_deliveries
group by source, source_file, checksum
