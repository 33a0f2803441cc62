select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_first_did(
        'fct_web_events', 'occurred_on',
        last_days=30, where="event_type = 'download'"
    ) }})
