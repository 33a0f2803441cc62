select
    memberships.contact_id,
    segments.family,
    count(*) as part_count
from {{ ref('segment_memberships') }} as memberships
inner join {{ ref('segments') }} as segments on memberships.segment = segments.segment
where segments.family in ('lifecycle', 'rfm', 'age_band', 'gender', 'email_engagement', 'spend_band')
group by memberships.contact_id, segments.family
having count(*) > 1
