select
    contact_id,
    lifecycle_stage,
    since
from {{ ref('lifecycle_segments') }}
where since > as_of
