select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_did(
        'fct_order_items', 'ordered_on',
        where="is_completed and product_id = 'P107'"
    ) }})
