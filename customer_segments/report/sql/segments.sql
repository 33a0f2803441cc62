-- Each segment with its size on up to 40 days, and whether the last change is one that its past makes unlikely: of at
-- least 7 earlier changes over as many days, the last one is further from the median than four times their spread.
-- The spread is the largest of one contact, what chance makes of as many entries and exits (the root of their median)
-- and 1.4826 times the median distance from the median, the standard deviation where changes are normal.
with numbered_days as (

    select
        day,
        row_number() over (order by day desc) - 1 as age,
        count(*) over () as day_count
    from (select distinct day from segment_daily) as days

),

shown_days as (

    select day from numbered_days
    where age % cast(ceil(day_count / 40) as bigint) = 0 or age = day_count - 1

),

sizes as (

    select
        segment_daily.segment,
        list(segment_daily.member_count order by segment_daily.day) as sizes,
        list(segment_daily.day order by segment_daily.day) as size_days,
        arg_min(segment_daily.member_count, segment_daily.day) as first_count,
        min(segment_daily.day) as first_day,
        min(segment_daily.member_count) as least_count,
        max(segment_daily.member_count) as most_count
    from segment_daily
    inner join shown_days on segment_daily.day = shown_days.day
    group by segment_daily.segment

),

steps as (

    select
        segment,
        day,
        entered_count,
        left_count,
        entered_count - left_count as net_count,
        day - lag(day) over (partition by segment order by day) as gap,
        lag(member_count) over (partition by segment order by day) as count_before
    from segment_daily

),

last_steps as (

    select * from steps
    where day = (select max(day) from segment_daily) and gap is not null

),

past_steps as (

    select
        steps.*,
        median(steps.net_count) over (partition by steps.segment) as median_count
    from steps
    inner join last_steps
        on steps.segment = last_steps.segment and steps.gap = last_steps.gap and steps.day < last_steps.day

),

pasts as (

    select
        segment,
        count(*) as step_count,
        min(net_count) as least_net,
        max(net_count) as most_net,
        any_value(median_count) as median_count,
        greatest(
            1, 1.4826 * median(abs(net_count - median_count)), sqrt(median(entered_count + left_count))
        ) as spread
    from past_steps
    group by segment

)

select
    segments.segment,
    segments.family,
    segments.label,
    segments.description,
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
    pasts.least_net,
    pasts.most_net,
    last_steps.segment is not null and segments.definition_since = segments.as_of as is_redefined,
    coalesce(
        pasts.step_count >= 7 and abs(last_steps.net_count - pasts.median_count) > 4 * pasts.spread, false
    ) as is_unusual
from segments
left join sizes on segments.segment = sizes.segment
left join last_steps on segments.segment = last_steps.segment
left join pasts on segments.segment = pasts.segment
order by segments.category, segments.label, segments.segment
