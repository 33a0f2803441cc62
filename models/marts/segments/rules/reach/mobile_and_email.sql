select contact_id
from {{ ref('dim_contacts') }}
where
    has_mobile_number
    and has_email
