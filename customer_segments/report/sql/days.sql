-- The days of the history, and how many contacts there were on the last one and on the one built before.
with days as (

    select
        segment_daily.day,
        sum(segment_daily.member_count) as contact_count
    from segment_daily
    inner join segments on segment_daily.segment = segments.segment
    where segments.family = 'lifecycle'
    group by segment_daily.day

)

select
    min(day) as first_day,
    max(day) as last_day,
    count(*) as day_count,
    (select max(day) from days where day < (select max(day) from days)) as day_before,
    arg_max(contact_count, day) as contact_count,
    (
        select arg_max(contact_count, day) from days
        where day < (select max(day) from days)
    ) as contact_count_before
from days
having count(*) > 0
