select contact_id
from {{ ref('dim_contacts') }}
where
    (
        contact_id in (select member.contact_id from {{ ref('hobby_yoga') }} as member)
        or contact_id in (select member.contact_id from {{ ref('women_40_60_near_lyon') }} as member)
        or contact_id in (select member.contact_id from {{ ref('clicked_hormone_yoga_guide') }} as member)
    )
    and contact_id in (select member.contact_id from {{ ref('promotion_audience') }} as member)
    and contact_id not in (select member.contact_id from {{ ref('bought_hormone_yoga_video') }} as member)
