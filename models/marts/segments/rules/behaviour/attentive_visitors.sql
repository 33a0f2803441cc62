select contact_id
from {{ ref('dim_contacts') }}
where
    session_count >= 5
    and seconds_on_site >= 600
