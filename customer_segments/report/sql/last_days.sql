-- The last five days of each segment up to as_of.
with numbered as (

    select
        segment_daily.*,
        row_number() over (partition by segment_daily.segment order by segment_daily.day desc) as age
    from segment_daily
    inner join segments on segment_daily.segment = segments.segment and segment_daily.day <= segments.as_of

)

select
    segment,
    day,
    member_count,
    entered_count,
    left_count
from numbered
where age <= 5
order by segment asc, day desc
