{{ config(materialized='view') }}
with families as (

    select * from {{ ref('segment_families') }}

),

profiles as (

    select * from {{ ref('segment_profiles') }}

),

everybody as (

    select * from profiles
    where segment = '*'

),

group_profiles as (

    select profiles.*
    from profiles
    inner join families on profiles.family = families.family
    where families.is_partition

),

-- A segment of a partition is compared with its siblings, any other with those who are not in it.
means_of_the_rest as (

    select
        profiles.family,
        profiles.segment,
        profiles.feature,
        profiles.mean,
        profiles.variance,
        everybody.known_count - profiles.known_count as rest_count,
        (everybody.known_count * everybody.mean - profiles.known_count * profiles.mean)
        / (everybody.known_count - profiles.known_count) as rest_mean,
        everybody.known_count * (everybody.variance + everybody.mean * everybody.mean)
        - profiles.known_count * (profiles.variance + profiles.mean * profiles.mean) as rest_square_sum
    from profiles
    inner join everybody on profiles.feature = everybody.feature
    left join families on profiles.family = families.family
    where
        profiles.segment <> '*'
        and profiles.known_count < everybody.known_count
        and not coalesce(families.is_partition, false)

),

compared_segments as (

    select
        groups.family,
        groups.segment,
        others.segment as other_segment,
        groups.mean,
        groups.variance,
        others.mean as other_mean,
        others.variance as other_variance
    from group_profiles as groups
    inner join group_profiles as others
        on
            groups.family = others.family
            and groups.feature = others.feature
            and groups.segment <> others.segment
    union all
    select
        family,
        segment,
        '*' as other_segment,
        mean,
        variance,
        rest_mean as other_mean,
        -- A difference of large sums may come out just below 0.
        case
            when rest_square_sum / rest_count > rest_mean * rest_mean
                then rest_square_sum / rest_count - rest_mean * rest_mean
            else 0
        end as other_variance
    from means_of_the_rest

)

select
    family,
    segment,
    other_segment,
    sqrt({{ exact_sum('(mean - other_mean) * (mean - other_mean)') }})
    / nullif(sqrt({{ exact_sum('variance') }}) + sqrt({{ exact_sum('other_variance') }}), 0) as separation
from compared_segments
group by family, segment, other_segment
