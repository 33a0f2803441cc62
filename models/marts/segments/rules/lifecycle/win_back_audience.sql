select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in (select member.contact_id from {{ ref('no_order_for_6_months') }} as member)
    and contact_id in (select member.contact_id from {{ ref('promotion_audience') }} as member)
    and contact_id not in (select member.contact_id from {{ ref('open_support_case') }} as member)
