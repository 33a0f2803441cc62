{{ config(materialized='view') }}

with history as (

    select * from {{ ref('segment_history') }}

),

merged_ids as (

    select * from {{ ref('int_contact_map') }}
    where source_contact_id <> contact_id

),

periods as (

    select
        coalesce(merged_ids.contact_id, history.contact_id) as contact_id,
        history.segment,
        history.entered_at,
        coalesce(history.left_at, cast('9999-12-31' as date)) as left_at
    from history
    left join merged_ids on history.contact_id = merged_ids.source_contact_id

),

-- Only periods of merged contacts can meet, and they are few.
stays_of_merged_contacts as (

    select
        *,
        max(left_at) over (
            partition by contact_id, segment
            order by entered_at asc, left_at asc
            rows between unbounded preceding and 1 preceding
        ) as in_until
    from periods
    where contact_id in (select merged_ids.contact_id from merged_ids)

),

numbered_stays as (

    select
        *,
        sum(case when in_until >= entered_at then 0 else 1 end) over (
            partition by contact_id, segment
            order by entered_at asc, left_at asc
            rows between unbounded preceding and current row
        ) as period_number
    from stays_of_merged_contacts

),

all_periods as (

    select
        contact_id,
        segment,
        entered_at,
        left_at
    from periods
    where contact_id not in (select merged_ids.contact_id from merged_ids)
    union all
    select
        contact_id,
        segment,
        min(entered_at) as entered_at,
        max(left_at) as left_at
    from numbered_stays
    group by contact_id, segment, period_number

)

select
    contact_id,
    segment,
    entered_at,
    nullif(left_at, cast('9999-12-31' as date)) as left_at
from all_periods
