select
    behaviour_segments.contact_id,
    behaviour_segments.rfm_segment,
    lifecycle_segments.lifecycle_stage
from {{ ref('behaviour_segments') }} as behaviour_segments
inner join {{ ref('lifecycle_segments') }} as lifecycle_segments
    on behaviour_segments.contact_id = lifecycle_segments.contact_id
where
    (behaviour_segments.rfm_segment is not null)
    <> (lifecycle_segments.lifecycle_stage in (
        'new_customer', 'active_customer', 'inactive_2m', 'inactive_6m', 'inactive_12m'
    ))
