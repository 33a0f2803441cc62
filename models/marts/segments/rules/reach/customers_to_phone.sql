select contact_id
from {{ ref('dim_contacts') }}
where
    suppression_reason = 'bounced'
    and order_count >= 1
    and phone is not null
