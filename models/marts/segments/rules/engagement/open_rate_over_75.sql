select contact_id
from {{ ref('dim_contacts') }}
where
    delivered_count >= 5
    and open_rate > 0.75
