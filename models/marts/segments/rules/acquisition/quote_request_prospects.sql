select contact_id
from {{ ref('dim_contacts') }}
where
    acquisition_channel = 'quote_request'
    and relationship = 'contact'
    and order_count = 0
