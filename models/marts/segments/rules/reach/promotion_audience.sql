select contact_id
from {{ ref('contact_permissions') }}
where
    channel = 'email'
    and is_allowed
