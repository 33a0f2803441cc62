{{ config(enabled=var('using_quality')) }}
-- Which families split contacts alike, so that one of them says little that the other does not? The normalised
-- mutual information of two families (Strehl and Ghosh 2002) is 0 when one tells nothing about the other and 1
-- when each contact's value in one follows from that in the other, both ways. Small groups raise it by chance.
with members as (

    select
        segment_members.contact_id,
        segment_members.family,
        segment_members.segment
    from {{ ref('segment_members') }} as segment_members
    inner join {{ ref('segment_quality') }} as quality
        on
            segment_members.family = quality.family
            and quality.level = 'family'
            and quality.overlap = 0

),

-- Only contacts who have a value in both families count.
pairs as (

    select
        members.family,
        others.family as other_family,
        members.segment,
        others.segment as other_segment,
        cast(count(*) as double) as contact_count
    from members
    inner join members as others on members.contact_id = others.contact_id and members.family < others.family
    group by members.family, others.family, members.segment, others.segment

),

shares as (

    select
        family,
        other_family,
        contact_count / sum(contact_count) over (partition by family, other_family) as joint_share,
        sum(contact_count) over (partition by family, other_family, segment)
        / sum(contact_count) over (partition by family, other_family) as share,
        sum(contact_count) over (partition by family, other_family, other_segment)
        / sum(contact_count) over (partition by family, other_family) as other_share
    from pairs

),

information as (

    select
        family,
        other_family,
        sum(joint_share * ln(joint_share / (share * other_share))) as mutual_information,
        -sum(joint_share * ln(share)) as entropy,
        -sum(joint_share * ln(other_share)) as other_entropy
    from shares
    group by family, other_family

)

select
    information.family,
    information.other_family,
    information.mutual_information / nullif(sqrt(information.entropy * information.other_entropy), 0)
        as normalised_mutual_information,
    quality.homogeneity,
    other_quality.homogeneity as other_homogeneity
from information
inner join {{ ref('segment_quality') }} as quality
    on information.family = quality.subject and quality.level = 'family'
inner join {{ ref('segment_quality') }} as other_quality
    on information.other_family = other_quality.subject and other_quality.level = 'family'
order by normalised_mutual_information desc nulls last, information.family asc, information.other_family asc
