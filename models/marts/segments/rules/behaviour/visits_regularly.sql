select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_did_regularly(
        'fct_web_events', 'occurred_on',
        in_at_least=3, of_periods=4
    ) }})
