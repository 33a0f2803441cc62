-- On the first day built, segment_daily has everybody enter.
with changes as (

    select
        segment,
        sum(case when change = 'entered' then 1 else 0 end) as entered_count,
        sum(case when change = 'left' then 1 else 0 end) as left_count
    from {{ ref('segment_changes') }}
    group by segment

),

daily as (

    select
        segment_daily.segment,
        segment_daily.entered_count,
        segment_daily.left_count
    from {{ ref('segment_daily') }} as segment_daily
    inner join {{ ref('segments') }} as segments on segment_daily.segment = segments.segment
    where
        segments.members_are_published
        and segment_daily.day = {{ as_of() }}
        and {{ as_of() }} > (select min(first_days.day) from {{ ref('segment_daily') }} as first_days)

)

select
    daily.segment as counted_segment,
    daily.entered_count as entered,
    daily.left_count as exited,
    changes.*
from daily
full outer join changes on daily.segment = changes.segment
where
    daily.segment is null
    or daily.entered_count <> coalesce(changes.entered_count, 0)
    or daily.left_count <> coalesce(changes.left_count, 0)
