select contact_id
from {{ ref('dim_contacts') }}
where
    has_email
    and email_consent is null
