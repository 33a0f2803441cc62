select contact_id
from {{ ref('dim_contacts') }}
where relationship in ('friend', 'former_colleague')
