select contact_id
from {{ ref('dim_contacts') }}
where
    last_emailed_on > {{ days_before_as_of(60) }}
    and contact_id in ({{ contacts_who_stopped(
        'fct_email_events', 'occurred_on',
        within_days=180, not_for_days=60,
        where="event_type = 'opened' and not is_machine_open"
    ) }})
