-- By which condition contacts entered and left segments on the last day, the commonest first.
select
    segment,
    change,
    condition,
    count(*) as contact_count
from segment_changes
group by segment, change, condition
order by segment, contact_count desc, change, condition
