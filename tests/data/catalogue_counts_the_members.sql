-- Also of segments whose members are not published: they are either here or there.
with all_members as (

    select segment from {{ ref('segment_members') }}
    union all
    select segment from {{ ref('withheld_segment_members') }}

),

members as (

    select
        segment,
        count(*) as member_count
    from all_members
    group by segment

)

select
    segments.segment as declared_segment,
    members.segment as member_segment,
    segments.member_count as declared_count,
    members.member_count
from {{ ref('segments') }} as segments
full outer join members on segments.segment = members.segment
where
    segments.segment is null
    or coalesce(members.member_count, 0) <> segments.member_count
