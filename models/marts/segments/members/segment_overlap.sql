with published_definitions as (

    select segment
    from {{ ref('segment_definitions') }}
    where members_are_published

),

members as (

    select
        memberships.contact_id,
        memberships.segment
    from {{ ref('segment_memberships') }} as memberships
    inner join published_definitions on memberships.segment = published_definitions.segment

),

sizes as (

    select
        published_definitions.segment,
        count(members.contact_id) as member_count
    from published_definitions
    left join members on published_definitions.segment = members.segment
    group by published_definitions.segment

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

segment_pairs as (

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
from segment_pairs
