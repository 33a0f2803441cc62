select contact_id
from {{ ref('dim_contacts') }}
where is_birthday_today
