select contact_id
from {{ ref('dim_contacts') }}
where demo_request_count >= 1
