-- Of products only the strongest are kept, so theirs add up to at most 1.
select
    contact_id,
    preference_type,
    sum(strength) as strength
from {{ ref('preference_segments') }}
where origin = 'observed'
group by contact_id, preference_type
having
    sum(strength) > 1.000001
    or (preference_type <> 'product' and sum(strength) < 0.999999 and sum(strength) > 0)
