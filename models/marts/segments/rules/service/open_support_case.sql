select contact_id
from {{ ref('dim_contacts') }}
where open_support_case_count >= 1
