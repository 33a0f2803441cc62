select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_did(
        'fct_web_events', 'occurred_on',
        where="event_type = 'page_view' and page_type = 'product' and seconds_on_page >= 60",
        last_days=30, at_least=3
    ) }})
