-- Each segment with its size on up to 40 days, and whether its past makes the last one unlikely.
with sizes_by_day as (

    select segment_daily.*
    from segment_daily
    inner join segments on segment_daily.segment = segments.segment and segment_daily.day <= segments.as_of

),

numbered_days as (

    select
        day,
        row_number() over (order by day desc) - 1 as age,
        count(*) over () as day_count
    from (select distinct day from sizes_by_day) as days

),

shown_days as (

    select day from numbered_days
    where age % cast(ceil(day_count / 40) as bigint) = 0 or age = day_count - 1

),

sizes as (

    select
        sizes_by_day.segment,
        list(sizes_by_day.member_count order by sizes_by_day.day)
        filter (where shown_days.day is not null) as sizes,
        list(sizes_by_day.day order by sizes_by_day.day)
        filter (where shown_days.day is not null) as size_days,
        min(sizes_by_day.member_count) as least_count,
        max(sizes_by_day.member_count) as most_count,
        arg_min(sizes_by_day.member_count, sizes_by_day.day) as first_count,
        min(sizes_by_day.day) as first_day
    from sizes_by_day
    left join shown_days on sizes_by_day.day = shown_days.day
    group by sizes_by_day.segment

),

steps as (

    select
        segment,
        day,
        entered_count,
        left_count,
        entered_count - left_count as net_count,
        lag(member_count) over (partition by segment order by day) as count_before
    from sizes_by_day

),

last_steps as (

    select * from steps
    where day = (select max(latest.day) from sizes_by_day as latest) and count_before is not null

)

select
    segments.segment,
    segments.family,
    segments.label,
    -- Its last sentence says what a row of the model is.
    regexp_replace(segments.description, ' (One row|Une ligne) [^.]*[.]$', '') as description,
    segments.category,
    segments.owner,
    segments.member_count,
    segments.member_share,
    segments.order_in_family,
    sizes.sizes,
    sizes.size_days,
    sizes.first_count,
    sizes.first_day,
    sizes.least_count,
    sizes.most_count,
    last_steps.count_before,
    last_steps.entered_count,
    last_steps.left_count,
    last_steps.net_count,
    alerts.least_count as least_expected,
    alerts.most_count as most_expected,
    last_steps.segment is not null and segments.definition_since = segments.as_of as is_redefined,
    alerts.segment is not null as is_unusual
from segments
left join sizes on segments.segment = sizes.segment
left join last_steps on segments.segment = last_steps.segment
left join segment_alerts as alerts on segments.segment = alerts.segment
order by segments.category, segments.label, segments.segment
