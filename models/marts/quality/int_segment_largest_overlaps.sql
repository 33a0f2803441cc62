{{ config(materialized='view') }}

with overlap as (

    select * from {{ ref('segment_overlap') }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}

),

siblings as (

    select
        definitions.family,
        overlap.segment,
        overlap.other_segment,
        overlap.jaccard_index
    from overlap
    inner join definitions on overlap.segment = definitions.segment
    inner join definitions as others
        on overlap.other_segment = others.segment and definitions.family = others.family

),

-- Each pair counts for both of its segments and for their family.
overlaps_by_subject as (

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

)

select
    level,
    subject,
    max(jaccard_index) as overlap
from overlaps_by_subject
group by level, subject
