-- Which two segments of a family differ least? The distance between their centres by the sum of their spreads
-- (Davies and Bouldin 1979); segment_quality has for each segment the least of them, its separation.
with profiles as (

    select * from {{ ref('segment_profiles') }}
    where known_count > 0

),

-- Families in which a contact has one value; of others members would be compared with themselves.
partitions as (

    select subject as family
    from {{ ref('segment_quality') }}
    where level = 'family' and overlap = 0

),

pairs as (

    select
        profiles.family,
        profiles.segment,
        others.segment as other_segment,
        sqrt(sum((profiles.mean - others.mean) * (profiles.mean - others.mean)))
        / nullif(sqrt(sum(profiles.variance)) + sqrt(sum(others.variance)), 0) as separation
    from profiles
    inner join partitions on profiles.family = partitions.family
    inner join profiles as others
        on
            profiles.family = others.family
            and profiles.feature = others.feature
            and profiles.segment < others.segment
    group by profiles.family, profiles.segment, others.segment

)

select
    pairs.family,
    pairs.segment,
    pairs.other_segment,
    pairs.separation
from pairs
order by pairs.separation asc nulls last, pairs.segment asc, pairs.other_segment asc
