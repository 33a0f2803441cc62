with rejected_row_counts as (

    select
        source,
        count(*) as rejected_count
    from {{ ref('rejected_rows') }}
    where scope = 'row'
    group by source

),

unreadable_line_counts as (

    select
        source,
        count(*) as unreadable_count
    from {{ ref('raw_unreadable_lines') }}
    group by source

),

table_row_counts as (

    {{ source_counts('contacts', ['contact_id']) }}
    union all
    {{ source_counts('contact_traits', ['contact_id', 'trait', 'value', 'observed_at']) }}
    union all
    {{ source_counts('orders', ['order_id']) }}
    union all
    {{ source_counts('order_items', ['order_id', 'line_number']) }}
    union all
    {{ source_counts('email_events', ['event_id', 'contact_id', 'event_type']) }}
    union all
    {{ source_counts('campaigns', ['campaign_id']) }}
    union all
    {{ source_counts('web_events', ['event_id']) }}
    union all
    {{ source_counts('support_cases', ['case_id']) }}
    union all
    {{ source_counts('segment_members_manual', ['segment', 'contact_id', 'action', 'changed_at']) }}
    union all
    {{ source_counts('suppressions', ['email', 'domain', 'email_hash', 'reason', 'suppressed_at']) }}
    union all
    {{ source_counts('erasures', ['contact_id', 'requested_at']) }}

)

select
    table_row_counts.source,
    table_row_counts.readable_count + coalesce(unreadable_line_counts.unreadable_count, 0) as row_count,
    table_row_counts.staged_count,
    table_row_counts.deduplicated_count,
    coalesce(rejected_row_counts.rejected_count, 0) as rejected_count
from table_row_counts
left join rejected_row_counts on table_row_counts.source = rejected_row_counts.source
left join unreadable_line_counts on table_row_counts.source = unreadable_line_counts.source
