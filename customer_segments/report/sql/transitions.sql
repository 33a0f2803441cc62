-- Who moved between stages, and between RFM groups, up to the last day, largest moves first; a contact who is in none
-- is new, or not a contact (not a customer) any more.
select
    transitions.family,
    transitions.from_segment,
    origins.label as from_label,
    transitions.to_segment,
    targets.label as to_label,
    transitions.from_day,
    transitions.to_day,
    transitions.contact_count
from segment_transitions as transitions
left join segments as origins on transitions.from_segment = origins.segment
left join segments as targets on transitions.to_segment = targets.segment
where
    transitions.to_day = (select max(to_day) from segment_transitions)
    and transitions.from_day = (
        select max(from_day) from segment_transitions
        where to_day = (select max(to_day) from segment_transitions) and from_day < to_day
    )
    and transitions.from_segment is distinct from transitions.to_segment
order by
    transitions.family,
    transitions.contact_count desc,
    origins.order_in_family nulls last,
    targets.order_in_family nulls last,
    transitions.from_segment nulls last,
    transitions.to_segment nulls last
