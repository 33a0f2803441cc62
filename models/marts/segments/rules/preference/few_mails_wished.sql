select contact_id
from {{ ref('dim_contacts') }}
where max_emails_per_month <= 2
