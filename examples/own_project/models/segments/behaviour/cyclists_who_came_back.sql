select contact_id
from {{ ref('customer_segments', 'dim_contacts') }}
where
    order_count > 1
    and last_order_on > {{ customer_segments.days_before_as_of(90) }}
