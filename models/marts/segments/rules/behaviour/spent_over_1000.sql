select contact_id
from {{ ref('dim_contacts') }}
where total_amount > 1000
