select contact_id
from {{ ref('dim_contacts') }}
where
    has_email
    and (
        {{ months_after('last_order_on', 1) }} > {{ as_of() }}
        or {{ months_after('last_response_on', 1) }} > {{ as_of() }}
        or {{ months_after('last_visit_on', 1) }} > {{ as_of() }}
    )
