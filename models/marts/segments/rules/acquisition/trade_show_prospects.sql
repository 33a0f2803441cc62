select contact_id
from {{ ref('dim_contacts') }}
where
    acquisition_channel = 'trade_show'
    and relationship = 'contact'
    and order_count = 0
