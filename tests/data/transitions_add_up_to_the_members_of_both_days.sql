-- Of each pair of days, also where transitions are missing between as_of and the day built before.
with transitions as (

    select * from {{ ref('segment_transitions') }}

),

members as (

    select
        segment_daily.segment,
        segment_daily.day,
        segment_daily.member_count,
        segments.family
    from {{ ref('segment_daily') }} as segment_daily
    inner join {{ ref('segments') }} as segments on segment_daily.segment = segments.segment
    where segments.order_in_family is not null

),

day_pairs as (

    select
        family,
        from_day,
        to_day
    from transitions
    union
    select
        family,
        max(day) as from_day,
        {{ as_of() }} as to_day
    from members
    where day < {{ as_of() }}
    group by family

),

expected_counts as (

    select
        day_pairs.from_day,
        day_pairs.to_day,
        members.segment,
        members.day,
        members.member_count
    from day_pairs
    inner join members
        on day_pairs.family = members.family and members.day in (day_pairs.from_day, day_pairs.to_day)

),

transition_counts as (

    select
        from_day,
        to_day,
        from_segment as segment,
        from_day as day,
        sum(contact_count) as contact_count
    from transitions
    where from_segment <> 'none'
    group by from_day, to_day, from_segment
    union all
    select
        from_day,
        to_day,
        to_segment as segment,
        to_day as day,
        sum(contact_count) as contact_count
    from transitions
    where to_segment <> 'none'
    group by from_day, to_day, to_segment

)

select
    expected_counts.*,
    transition_counts.segment as counted_segment,
    transition_counts.day as counted_day,
    transition_counts.contact_count
from expected_counts
full outer join transition_counts
    on
        expected_counts.from_day = transition_counts.from_day
        and expected_counts.to_day = transition_counts.to_day
        and expected_counts.segment = transition_counts.segment
        and expected_counts.day = transition_counts.day
where coalesce(expected_counts.member_count, 0) <> coalesce(transition_counts.contact_count, 0)
