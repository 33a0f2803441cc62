{{ config(materialized='view') }}
with segments as (

    select * from {{ ref('segments') }}

),

families as (

    select * from {{ ref('segment_families') }}

),

overlap as (

    select * from {{ ref('segment_overlap') }}

),

homogeneity as (

    select * from {{ ref('segment_homogeneity') }}

),

silhouettes as (

    select * from {{ ref('segment_silhouettes') }}

),

pairs as (

    select * from {{ ref('segment_separation') }}

),

drift as (

    select * from {{ ref('segment_drift') }}

),

centroids as (

    select * from {{ ref('cluster_centroids') }}

),

subjects as (

    select
        'family' as level,
        family as subject,
        family,
        member_count,
        cast(null as double) as member_share
    from families
    union all
    select
        'segment' as level,
        segment as subject,
        family,
        member_count,
        member_share
    from segments

),

siblings as (

    select
        segments.family,
        overlap.segment,
        overlap.other_segment,
        overlap.jaccard_index
    from overlap
    inner join segments on overlap.segment = segments.segment
    inner join segments as others on overlap.other_segment = others.segment and segments.family = others.family

),

-- Each pair counts for both of its segments and for their family.
sibling_overlaps as (

    select
        'segment' as level,
        segment as subject,
        jaccard_index
    from siblings
    union all
    select
        'segment' as level,
        other_segment as subject,
        jaccard_index
    from siblings
    union all
    select
        'family' as level,
        family as subject,
        jaccard_index
    from siblings

),

largest_overlaps as (

    select
        level,
        subject,
        max(jaccard_index) as overlap
    from sibling_overlaps
    group by level, subject

),

segment_separations as (

    select
        family,
        segment,
        min(separation) as separation
    from pairs
    group by family, segment

),

-- The inverse of a mean of inverses: a family in which two segments can't be told apart has 0.
separations as (

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
    where families.is_partition
    group by segment_separations.family
    union all
    select
        'segment' as level,
        segment as subject,
        separation
    from segment_separations

),

-- How stable the clusters are is known since their fit.
fits as (

    select
        'family' as level,
        'cluster' as subject,
        max(stability) as stability
    from centroids

)

select
    subjects.level,
    subjects.subject,
    subjects.family,
    subjects.member_count,
    subjects.member_share,
    homogeneity.homogeneity,
    silhouettes.silhouette,
    separations.separation,
    largest_overlaps.overlap,
    drift.drift,
    drift.unexpected_transition_share,
    fits.stability,
    drift.compared_with
from subjects
left join homogeneity on subjects.level = homogeneity.level and subjects.subject = homogeneity.subject
left join silhouettes on subjects.level = silhouettes.level and subjects.subject = silhouettes.subject
left join separations on subjects.level = separations.level and subjects.subject = separations.subject
left join largest_overlaps
    on subjects.level = largest_overlaps.level and subjects.subject = largest_overlaps.subject
left join drift on subjects.level = drift.level and subjects.subject = drift.subject
left join fits on subjects.level = fits.level and subjects.subject = fits.subject
