select contact_id
from {{ ref('dim_contacts') }}
where
    gender = 'female'
    and contact_id in (select member.contact_id from {{ ref('near_zurich_store') }} as member)
    and contact_id in ({{ contacts_who_did(
        'fct_web_events', 'occurred_on',
        where="event_type = 'page_view' and page_type = 'product'",
        last_days=30
    ) }})
