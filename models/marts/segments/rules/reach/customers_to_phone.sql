select contact_id
from {{ ref('dim_contacts') }}
where
    suppression_reason = 'bounced'
    and order_count >= 1
    and contact_id in (
        select permission.contact_id from {{ ref('contact_permissions') }} as permission
        where permission.channel = 'phone' and permission.is_allowed
    )
