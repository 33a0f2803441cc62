select distinct contact_id
from {{ ref('contact_permissions') }}
where reason = 'do_not_contact'
