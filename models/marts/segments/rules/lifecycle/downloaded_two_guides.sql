select contact_id
from {{ ref('dim_contacts') }}
where download_count >= 2
