with segments as (

    select * from {{ ref('segments') }}

),

members as (

    select * from {{ ref('segment_members') }}

),

member_counts as (

    select
        family,
        count(*) as membership_count,
        count(distinct contact_id) as contact_count
    from members
    group by family

),

families as (

    select
        family,
        cast(sum(member_count) as bigint) as member_count
    from segments
    where family <> 'rule'
    group by family

)

select
    families.family,
    families.member_count,
    coalesce(member_counts.membership_count = member_counts.contact_count, true) as is_partition
from families
left join member_counts on families.family = member_counts.family
