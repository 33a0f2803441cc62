select contact_id
from {{ ref('dim_contacts') }}
where
    is_mailable
    and contact_id not in (select member.contact_id from {{ ref('suppliers') }} as member)
    and contact_id not in (select member.contact_id from {{ ref('partners') }} as member)
