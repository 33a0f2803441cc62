-- By which conditions contacts entered and left segments with a rule on the last day: of each segment the three
-- commonest. A condition that is not known is not spoken of.
select
    changes.segment,
    changes.change,
    changes.condition,
    count(*) as contact_count
from segment_changes as changes
inner join segments on changes.segment = segments.segment
where segments.family = 'rule' and changes.condition is not null
group by changes.segment, changes.change, changes.condition
qualify
    row_number() over (
        partition by changes.segment
        order by count(*) desc, changes.change, changes.condition asc
    ) <= 3
order by changes.segment asc, contact_count desc, changes.change asc, changes.condition asc
