select contact_id
from {{ ref('dim_contacts') }}
where largest_order_amount >= 500
