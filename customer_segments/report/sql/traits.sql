-- In which other segments the members of a segment are more often than all contacts: the four by which chance is least
-- likely, 3.5 standard deviations or more.
with directed as (

    select
        segment,
        other_segment,
        common_count,
        member_count,
        other_member_count
    from segment_overlap
    union all
    select
        other_segment,
        segment,
        common_count,
        other_member_count,
        member_count
    from segment_overlap

),

shares as (

    select
        directed.segment,
        directed.other_segment,
        others.label,
        directed.common_count / directed.member_count as share,
        directed.other_member_count / contacts.contact_count as overall_share,
        directed.member_count
    from directed
    inner join segments as one on directed.segment = one.segment
    inner join segments as others on directed.other_segment = others.segment
    cross join (select count(*) as contact_count from lifecycle_segments) as contacts
    where
        directed.common_count >= 5
        and directed.other_member_count < contacts.contact_count
        and (one.family <> others.family or one.family in ('rule', 'interest', 'topic'))

),

distances as (

    select
        *,
        (share - overall_share) / sqrt(overall_share * (1 - overall_share) / member_count) as distance
    from shares

)

select
    segment,
    other_segment,
    label,
    share,
    share / overall_share as lift
from distances
where distance >= 3.5
qualify row_number() over (partition by segment order by distance desc, other_segment asc) <= 4
order by segment asc, distance desc, other_segment asc
