select activity.contact_id
from {{ ref('customer_activity') }} as activity
inner join {{ ref('lifecycle_segments') }} as lifecycle on activity.contact_id = lifecycle.contact_id
where
    lifecycle.lifecycle_stage in ('new_customer', 'active_customer', 'inactive_2m', 'inactive_6m')
    and activity.probability_active < {{ var('at_risk_probability') }}
