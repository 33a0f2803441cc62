{%- set keys = {
    'contacts': ['contact_id'],
    'contact_traits': ['contact_id', 'trait', 'value', 'observed_at'],
    'orders': ['order_id'],
    'order_items': ['order_id', 'line_number'],
    'email_events': ['event_id'],
    'campaigns': ['campaign_id'],
    'web_events': ['event_id'],
    'support_cases': ['case_id'],
    'segment_members_manual': ['segment', 'contact_id', 'action', 'changed_at'],
    'suppressions': ['email', 'reason', 'suppressed_at'],
    'erasures': ['contact_id', 'requested_at'],
} -%}

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

{% for source, key in keys.items() -%}
{{ source }}_repeated as (

    select coalesce(sum(repeated.row_count - 1), 0) as deduplicated_count
    from (
        select count(*) as row_count
        from {{ ref('base_' ~ source) }}
        where reject_reason is null
        group by {{ key | join(', ') }}
    ) as repeated

),

{% endfor -%}
counted as (
{% for source in keys %}
    select
        '{{ source }}' as source,
        (select count(*) from {{ ref('raw_' ~ source) }}) as readable_count,
        (select count(*) from {{ ref('stg_' ~ source) }}) as staged_count,
        {{ source }}_repeated.deduplicated_count
    from {{ source }}_repeated
    {{ 'union all' if not loop.last }}
{%- endfor %}
)

select
    counted.source,
    counted.readable_count + coalesce(unreadable.unreadable_count, 0) as row_count,
    counted.staged_count,
    cast(counted.deduplicated_count as bigint) as deduplicated_count,
    coalesce(rejected.rejected_count, 0) as rejected_count
from counted
left join rejected on counted.source = rejected.source
left join unreadable on counted.source = unreadable.source
