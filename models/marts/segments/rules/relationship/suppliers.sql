select contact_id
from {{ ref('dim_contacts') }}
where relationship = 'supplier'
