select contact_id
from {{ ref('dim_contacts') }}
where lower(landing_page) = 'maroc'
