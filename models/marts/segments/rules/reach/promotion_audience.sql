select contact_id
from {{ ref('dim_contacts') }}
where
    is_mailable
    and contact_id not in (select member.contact_id from {{ ref('suppliers') }} as member)
    and contact_id not in (select member.contact_id from {{ ref('partners') }} as member)
    and contact_id not in (
        select change.contact_id from {{ ref('int_segment_manual_changes') }} as change
        where
            (change.segment in ('suppliers', 'partners') and change.action = 'add')
            or (change.segment = 'promotion_audience' and change.action = 'remove')
    )
