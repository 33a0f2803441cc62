select contact_id
from {{ ref('dim_contacts') }}
where
    lead_status = 'qualified'
    and relationship = 'contact'
    and order_count = 0
