-- The days of the history up to as_of, and how many contacts there were on the last one and on the one built before.
with days as (

    select
        segment_daily.day,
        sum(segment_daily.member_count) as contact_count,
        row_number() over (order by segment_daily.day desc) as age
    from segment_daily
    inner join segments on segment_daily.segment = segments.segment and segment_daily.day <= segments.as_of
    where segments.family = 'lifecycle'
    group by segment_daily.day

)

select
    count(*) as day_count,
    min(day) as first_day,
    max(day) as last_day,
    max(case age when 2 then day end) as day_before,
    max(case age when 1 then contact_count end) as contact_count,
    max(case age when 2 then contact_count end) as contact_count_before
from days
having count(*) > 0
