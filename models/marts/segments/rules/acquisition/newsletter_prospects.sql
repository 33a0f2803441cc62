select contact_id
from {{ ref('dim_contacts') }}
where
    acquisition_channel = 'newsletter_form'
    and relationship = 'contact'
    and order_count = 0
