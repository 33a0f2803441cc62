select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_restarted(
        'fct_web_events', 'occurred_on',
        paused_from_days=120, paused_to_days=30
    ) }})
