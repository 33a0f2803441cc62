-- Who moved between stages, and between RFM groups, from earlier days to the last one, largest moves first; `none` is
-- no segment, and has no label.
select
    transitions.family,
    transitions.from_day,
    transitions.from_segment,
    origins.label as from_label,
    transitions.to_segment,
    targets.label as to_label,
    transitions.contact_count
from segment_transitions as transitions
left join segments as origins on transitions.from_segment = origins.segment
left join segments as targets on transitions.to_segment = targets.segment
where
    transitions.to_day = transitions.as_of
    and transitions.from_segment <> transitions.to_segment
    and transitions.family in ('lifecycle', 'rfm')
order by
    transitions.family asc,
    transitions.from_day desc,
    transitions.contact_count desc,
    origins.order_in_family asc nulls last,
    targets.order_in_family asc nulls last,
    transitions.from_segment asc,
    transitions.to_segment asc
