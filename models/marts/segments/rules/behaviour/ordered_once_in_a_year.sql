select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_did(
        'fct_orders', 'ordered_on',
        where='is_completed',
        last_days=365, at_least=1, at_most=1
    ) }})
