select contact_id
from {{ ref('dim_contacts') }}
where {{ months_after('first_order_on', 12) }} <= {{ as_of() }}
