select contact_id
from {{ ref('dim_contacts') }}
where {{ has_hobby('photography') }}
