select contact_id
from {{ ref('dim_contacts') }}
where
    order_count_12m >= 4
    and total_amount >= 1000
