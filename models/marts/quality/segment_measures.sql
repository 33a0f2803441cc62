{{ config(materialized='view') }}
with segments as (

    select * from {{ ref('segments') }}

),

families as (

    select * from {{ ref('segment_families') }}

),

largest_overlaps as (

    select * from {{ ref('int_segment_largest_overlaps') }}

),

homogeneity as (

    select * from {{ ref('segment_homogeneity') }}

),

silhouettes as (

    select * from {{ ref('segment_silhouettes') }}

),

separations as (

    select * from {{ ref('int_segment_least_separations') }}

),

drift as (

    select * from {{ ref('segment_drift') }}

),

centroids as (

    {{ rows_if('using_clusters', 'cluster_centroids', {'stability': 'double'}) }}

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

-- How stable the clusters are is known since their fit.
cluster_fits as (

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
    cluster_fits.stability,
    drift.compared_with
from subjects
left join homogeneity on subjects.level = homogeneity.level and subjects.subject = homogeneity.subject
left join silhouettes on subjects.level = silhouettes.level and subjects.subject = silhouettes.subject
left join separations on subjects.level = separations.level and subjects.subject = separations.subject
left join largest_overlaps
    on subjects.level = largest_overlaps.level and subjects.subject = largest_overlaps.subject
left join drift on subjects.level = drift.level and subjects.subject = drift.subject
left join cluster_fits on subjects.level = cluster_fits.level and subjects.subject = cluster_fits.subject
