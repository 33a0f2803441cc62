-- How many contacts are in exactly which of the six largest segments with a rule of their own, at most half of all
-- contacts in each: the twelve commonest combinations.
with compared as (

    select segment from segments
    where family = 'rule' and members_are_published and member_count > 0 and member_share <= 0.5
    order by member_count desc, segment asc
    limit 6

),

combinations as (

    select
        segment_members.contact_id,
        list(segment_members.segment order by segment_members.segment) as segments
    from segment_members
    inner join compared on segment_members.segment = compared.segment
    group by segment_members.contact_id

)

select
    segments,
    len(segments) > 1 as is_several,
    count(*) as contact_count
from combinations
group by segments
order by contact_count desc, segments asc
limit 12
