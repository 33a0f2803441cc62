with published_definitions as (

    select
        segment,
        row_number() over (order by segment asc) as segment_number
    from {{ ref('segment_definitions') }}
    where members_are_published

),

-- Numbers, for each contact's segments are paired: names would take half as long again.
members as (

    select
        memberships.contact_id,
        published_definitions.segment_number
    from {{ ref('segment_memberships') }} as memberships
    inner join published_definitions on memberships.segment = published_definitions.segment

),

sizes as (

    select
        published_definitions.segment,
        published_definitions.segment_number,
        count(members.contact_id) as member_count
    from published_definitions
    left join members on published_definitions.segment_number = members.segment_number
    group by published_definitions.segment, published_definitions.segment_number

),

common_members as (

    select
        members.segment_number,
        others.segment_number as other_segment_number,
        count(*) as common_count
    from members
    inner join members as others
        on members.contact_id = others.contact_id and members.segment_number < others.segment_number
    group by members.segment_number, others.segment_number

),

segment_pairs as (

    select
        sizes.segment,
        others.segment as other_segment,
        sizes.member_count,
        others.member_count as other_member_count,
        coalesce(common_members.common_count, 0) as common_count
    from sizes
    inner join sizes as others on sizes.segment_number < others.segment_number
    left join common_members
        on
            sizes.segment_number = common_members.segment_number
            and others.segment_number = common_members.other_segment_number

)

select
    segment,
    other_segment,
    member_count,
    other_member_count,
    common_count,
    cast(common_count as double) / nullif(member_count + other_member_count - common_count, 0) as jaccard_index
from segment_pairs
