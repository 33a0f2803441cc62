select contact_id
from {{ ref('dim_contacts') }}
where
    acquisition_channel = 'phone_call'
    and relationship = 'contact'
    and order_count = 0
