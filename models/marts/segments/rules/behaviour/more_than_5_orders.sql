select contact_id
from {{ ref('dim_contacts') }}
where order_count > 5
