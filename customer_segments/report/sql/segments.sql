-- Each segment with its size on up to 40 days, and whether the last change is one that its past makes unlikely. The
-- median change a day of at least seven earlier changes says what to expect of the days since the one built before; the
-- last change is unusual when it is further from that than four times the spread, which grows with the root of the
-- days. The spread of one day is the larger of 1.4826 times the median distance from what was to be expected (the
-- standard deviation where changes are normal) and the root of the median number of entries and exits (what chance
-- makes of them), and never less than one contact.
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
        day - lag(day) over (partition by segment order by day) as gap,
        lag(member_count) over (partition by segment order by day) as count_before
    from sizes_by_day

),

last_steps as (

    select * from steps
    where day = (select max(latest.day) from sizes_by_day as latest) and gap is not null

),

past_steps as (

    select
        *,
        median(net_count / gap) over (partition by segment) as daily_net
    from steps
    where day < (select max(latest.day) from sizes_by_day as latest) and gap is not null

),

pasts as (

    select
        segment,
        count(*) as step_count,
        any_value(daily_net) as daily_net,
        greatest(
            1.4826 * median(abs(net_count - gap * daily_net) / sqrt(gap)),
            sqrt(median((entered_count + left_count) / gap)),
            1
        ) as daily_spread
    from past_steps
    group by segment

),

expectations as (

    select
        last_steps.segment,
        last_steps.gap * pasts.daily_net - 4 * pasts.daily_spread * sqrt(last_steps.gap) as least_net,
        last_steps.gap * pasts.daily_net + 4 * pasts.daily_spread * sqrt(last_steps.gap) as most_net
    from last_steps
    inner join pasts on last_steps.segment = pasts.segment
    where pasts.step_count >= 7

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
    expectations.least_net,
    expectations.most_net,
    last_steps.segment is not null and segments.definition_since = segments.as_of as is_redefined,
    coalesce(last_steps.net_count not between expectations.least_net and expectations.most_net, false) as is_unusual
from segments
left join sizes on segments.segment = sizes.segment
left join last_steps on segments.segment = last_steps.segment
left join expectations on segments.segment = expectations.segment
order by segments.category, segments.label, segments.segment
