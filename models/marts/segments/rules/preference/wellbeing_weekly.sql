select contact_id
from {{ ref('dim_contacts') }}
where
    {{ list_has('preferred_topics', 'wellbeing') }}
    and max_emails_per_month >= 4
