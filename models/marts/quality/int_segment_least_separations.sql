{{ config(materialized='view') }}

with families as (

    select * from {{ ref('segment_families') }}
    where is_partition

),

segment_separations as (

    select
        family,
        segment,
        min(separation) as separation
    from {{ ref('segment_separation') }}
    group by family, segment

)

-- The inverse of a mean of inverses: a family in which two segments can't be told apart has 0.
select
    'family' as level,
    segment_separations.family as subject,
    case
        when min(segment_separations.separation) = 0 then 0
        else
            count(segment_separations.separation)
            / {{ exact_sum('1 / nullif(segment_separations.separation, 0)') }}
    end as separation
from segment_separations
inner join families on segment_separations.family = families.family
group by segment_separations.family
union all
select
    'segment' as level,
    segment as subject,
    separation
from segment_separations
