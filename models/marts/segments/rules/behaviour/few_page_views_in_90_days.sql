select contact_id
from {{ ref('dim_contacts') }}
where
    tenure_days >= 90
    and page_view_count is not null
    and contact_id not in ({{ contacts_who_did(
        'fct_web_events', 'occurred_on',
        where="event_type = 'page_view'",
        last_days=90, at_least=3
    ) }})
