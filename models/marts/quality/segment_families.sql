with definitions as (

    select * from {{ ref('segment_definitions') }}
    where family <> 'rule'

),

-- A value of a family has no manual changes: its members are the contacts matched.
member_counts as (

    select
        family,
        count(*) as membership_count,
        count(distinct contact_id) as contact_count
    from {{ ref('segment_rule_members') }}
    where family <> 'rule'
    group by family

),

families as (

    select distinct family
    from definitions

)

select
    families.family,
    coalesce(member_counts.membership_count, 0) as member_count,
    coalesce(member_counts.membership_count = member_counts.contact_count, true) as is_partition
from families
left join member_counts on families.family = member_counts.family
