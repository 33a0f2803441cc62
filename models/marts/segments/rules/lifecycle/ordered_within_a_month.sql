select contact_id
from {{ ref('dim_contacts') }}
where {{ months_after('last_order_on', 1) }} > {{ as_of() }}
