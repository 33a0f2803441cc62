select contact_id
from {{ ref('dim_contacts') }}
where
    has_mobile_number
    or has_email
