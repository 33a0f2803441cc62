with segment_days as (

    select * from {{ ref('segment_days') }}

),

history as (

    select * from {{ ref('segment_history') }}

),

entries as (

    select
        segment,
        entered_at as day,
        count(*) as entered_count
    from history
    group by segment, entered_at

),

ended_stays as (

    select
        segment,
        left_at,
        count(*) as ended_count
    from history
    where left_at is not null
    group by segment, left_at

),

exits_by_built_day as (

    select
        ended_stays.segment,
        ended_stays.ended_count,
        min(segment_days.day) as day
    from ended_stays
    inner join segment_days on ended_stays.segment = segment_days.segment and ended_stays.left_at <= segment_days.day
    group by ended_stays.segment, ended_stays.left_at, ended_stays.ended_count

),

-- Where the project was built without the segment, periods ended on a day that it does not have: they
-- count on its next one.
exits as (

    select
        segment,
        day,
        cast(sum(ended_count) as bigint) as left_count
    from exits_by_built_day
    group by segment, day

),

entries_and_exits as (

    select
        segment_days.segment,
        segment_days.day,
        coalesce(entries.entered_count, 0) as entered_count,
        coalesce(exits.left_count, 0) as left_count
    from segment_days
    left join entries on segment_days.segment = entries.segment and segment_days.day = entries.day
    left join exits on segment_days.segment = exits.segment and segment_days.day = exits.day

)

select
    segment,
    day,
    cast(sum(entered_count - left_count) over (
        partition by segment
        order by day asc
        rows between unbounded preceding and current row
    ) as bigint) as member_count,
    entered_count,
    left_count
from entries_and_exits
