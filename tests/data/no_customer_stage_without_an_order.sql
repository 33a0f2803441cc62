select
    lifecycle_segments.contact_id,
    lifecycle_segments.lifecycle_stage,
    contacts.order_count
from {{ ref('lifecycle_segments') }} as lifecycle_segments
inner join {{ ref('dim_contacts') }} as contacts on lifecycle_segments.contact_id = contacts.contact_id
where
    lifecycle_segments.lifecycle_stage <> 'outside'
    and (contacts.order_count > 0)
    <> (lifecycle_segments.lifecycle_stage in (
        'new_customer', 'active_customer', 'inactive_2m', 'inactive_6m', 'inactive_12m'
    ))
