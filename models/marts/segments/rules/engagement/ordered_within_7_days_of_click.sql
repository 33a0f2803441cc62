select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_did_then(
        'fct_email_events', 'occurred_at',
        'fct_orders', 'ordered_at',
        within_days=7,
        first_where="event_type = 'clicked'", then_where='is_completed',
        last_days=90
    ) }})
