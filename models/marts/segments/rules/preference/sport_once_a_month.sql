select contact_id
from {{ ref('dim_contacts') }}
where
    {{ list_has('preferred_topics', 'sport') }}
    and max_emails_per_month = 1
