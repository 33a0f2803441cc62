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
        count(*) as entered
    from history
    group by segment, entered_at

),

ends as (

    select
        segment,
        left_at,
        count(*) as ended
    from history
    where left_at is not null
    group by segment, left_at

),

next_built_days as (

    select
        ends.segment,
        ends.ended,
        min(segment_days.day) as day
    from ends
    inner join segment_days on ends.segment = segment_days.segment and ends.left_at <= segment_days.day
    group by ends.segment, ends.left_at, ends.ended

),

-- Where the project was built without the segment, periods ended on a day that it does not have: they
-- count on its next one.
exits as (

    select
        segment,
        day,
        cast(sum(ended) as bigint) as left_count
    from next_built_days
    group by segment, day

),

moves as (

    select
        segment_days.segment,
        segment_days.day,
        coalesce(entries.entered, 0) as entered,
        coalesce(exits.left_count, 0) as left_count
    from segment_days
    left join entries on segment_days.segment = entries.segment and segment_days.day = entries.day
    left join exits on segment_days.segment = exits.segment and segment_days.day = exits.day

)

select
    segment,
    day,
    cast(sum(entered - left_count) over (
        partition by segment
        order by day asc
        rows between unbounded preceding and current row
    ) as bigint) as member_count,
    entered,
    left_count as "left"
from moves
