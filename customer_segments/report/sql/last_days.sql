-- The last five days of each segment.
with numbered as (

    select
        *,
        row_number() over (partition by segment order by day desc) as age
    from segment_daily

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
