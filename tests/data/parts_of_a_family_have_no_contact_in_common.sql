select
    overlap.segment,
    overlap.other_segment,
    overlap.common_count
from {{ ref('segment_overlap') }} as overlap
inner join {{ ref('segments') }} as segments on overlap.segment = segments.segment
inner join {{ ref('segments') }} as others on overlap.other_segment = others.segment
where
    segments.family = others.family
    and segments.family in ('lifecycle', 'rfm', 'age_band', 'gender', 'email_engagement', 'spend_band')
    and overlap.common_count > 0
