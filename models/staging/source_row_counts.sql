with rejected as (

    select
        source,
        count(*) as rejected_count
    from {{ ref('rejected_rows') }}
    where scope = 'row'
    group by source

),

unreadable as (

    select
        source,
        count(*) as unreadable_count
    from {{ ref('raw_unreadable_lines') }}
    group by source

),

counted as (

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
    counted.source,
    counted.readable_count + coalesce(unreadable.unreadable_count, 0) as row_count,
    counted.staged_count,
    counted.deduplicated_count,
    coalesce(rejected.rejected_count, 0) as rejected_count
from counted
left join rejected on counted.source = rejected.source
left join unreadable on counted.source = unreadable.source
