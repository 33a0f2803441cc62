{{ config(enabled=var('using_clusters') and var('using_quality')) }}
-- A trait that is a segment is had by the members that the two segments have in common.
with traits as (

    select
        *,
        trait || '_' || value as segment
    from {{ ref('persona_traits') }}

)

select
    traits.persona,
    traits.segment,
    traits.member_count,
    overlap.common_count
from traits
inner join {{ ref('segment_overlap') }} as overlap
    on
        overlap.segment = least(traits.persona, traits.segment)
        and overlap.other_segment = greatest(traits.persona, traits.segment)
where traits.member_count <> overlap.common_count
