select contact_id
from {{ ref('dim_contacts') }}
where
    tenure_days >= 30
    and order_count is not null
    and contact_id not in ({{ contacts_who_did(
        'fct_orders', 'ordered_on',
        where='is_completed',
        last_days=30
    ) }})
