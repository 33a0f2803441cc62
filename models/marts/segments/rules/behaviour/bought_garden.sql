select contact_id
from {{ ref('dim_contacts') }}
where {{ list_has('bought_categories', 'garden') }}
