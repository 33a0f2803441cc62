with members as (

    select
        contact_id,
        segment
    from {{ ref('segment_members') }}

),

sizes as (

    select
        segment,
        member_count
    from {{ ref('segments') }}
    where members_are_published

),

common_members as (

    select
        members.segment,
        others.segment as other_segment,
        count(*) as common_count
    from members
    inner join members as others on members.contact_id = others.contact_id and members.segment < others.segment
    group by members.segment, others.segment

),

pairs as (

    select
        sizes.segment,
        others.segment as other_segment,
        sizes.member_count,
        others.member_count as other_member_count,
        coalesce(common_members.common_count, 0) as common_count
    from sizes
    inner join sizes as others on sizes.segment < others.segment
    left join common_members
        on
            sizes.segment = common_members.segment
            and others.segment = common_members.other_segment

)

select
    segment,
    other_segment,
    member_count,
    other_member_count,
    common_count,
    cast(common_count as double) / nullif(member_count + other_member_count - common_count, 0) as jaccard_index
from pairs
