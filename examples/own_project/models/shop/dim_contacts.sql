select
    contact_id,
    city,
    created_at
from {{ ref('crm_people') }}
