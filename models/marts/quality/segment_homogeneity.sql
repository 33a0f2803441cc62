{{ config(materialized='view') }}
with families as (

    select * from {{ ref('segment_families') }}

),

profiles as (

    select * from {{ ref('segment_profiles') }}

),

group_profiles as (

    select profiles.*
    from profiles
    inner join families on profiles.family = families.family
    where families.is_partition

),

family_means as (

    select
        family,
        feature,
        sum(known_count) as known_count,
        count(*) as group_count,
        {{ exact_sum('known_count * mean') }} / sum(known_count) as mean
    from group_profiles
    group by family, feature

),

family_variances as (

    select
        family_means.family,
        {{ exact_sum('groups.known_count * groups.variance') }}
        / (family_means.known_count - family_means.group_count) as within_variance,
        {{ exact_sum(
            'groups.known_count * ('
            ~ 'groups.variance + (groups.mean - family_means.mean) * (groups.mean - family_means.mean))'
        ) }} / (family_means.known_count - 1) as total_variance
    from family_means
    inner join group_profiles as groups
        on family_means.family = groups.family and family_means.feature = groups.feature
    where family_means.known_count > family_means.group_count and family_means.group_count > 1
    group by family_means.family, family_means.feature, family_means.known_count, family_means.group_count

),

family_homogeneity as (

    select
        family,
        1 - {{ exact_sum('within_variance') }} / nullif({{ exact_sum('total_variance') }}, 0) as homogeneity
    from family_variances
    group by family

),

everybody as (

    select * from profiles
    where segment = '*'

),

segment_homogeneity as (

    select
        profiles.segment,
        1 - {{ exact_sum('profiles.variance * profiles.known_count / (profiles.known_count - 1)') }}
        / nullif(
            {{ exact_sum('everybody.variance * everybody.known_count / (everybody.known_count - 1)') }}, 0
        ) as homogeneity
    from profiles
    inner join everybody on profiles.feature = everybody.feature
    where profiles.segment <> '*' and profiles.known_count > 1
    group by profiles.segment

)

select
    'family' as level,
    family as subject,
    homogeneity
from family_homogeneity
union all
select
    'segment' as level,
    segment as subject,
    homogeneity
from segment_homogeneity
