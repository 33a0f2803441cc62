select contact_id
from {{ ref('dim_contacts') }}
where
    {{ list_has('preferred_topics', 'offers') }}
    and max_emails_per_month is null
