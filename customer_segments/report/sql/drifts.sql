-- Segments whose share of the contacts shifted most since the day that quality compares with.
select
    segment_quality.subject,
    segments.label,
    segment_quality.drift,
    segment_quality.compared_with
from segment_quality
inner join segments on segment_quality.subject = segments.segment
where segment_quality.level = 'segment' and segment_quality.drift > 0
order by segment_quality.drift desc, segment_quality.subject asc
limit 5
