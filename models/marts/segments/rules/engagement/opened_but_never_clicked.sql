select contact_id
from {{ ref('dim_contacts') }}
where
    opened_count >= 5
    and clicked_count = 0
