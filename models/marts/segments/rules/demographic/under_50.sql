select contact_id
from {{ ref('dim_contacts') }}
where age < 50
