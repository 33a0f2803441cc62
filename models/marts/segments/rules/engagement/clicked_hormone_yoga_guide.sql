select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in ({{ contacts_who_did(
        'fct_email_events', 'occurred_on',
        where="event_type = 'clicked' and lower(link_url) like '%/guides/yoga-hormonal.pdf'"
    ) }})
