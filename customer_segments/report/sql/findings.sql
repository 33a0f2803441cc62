-- Measures outside their bounds.
select
    segment_quality.level,
    segment_quality.subject,
    coalesce(segments.label, segment_quality.subject) as label,
    segment_quality.status,
    segment_quality.findings
from segment_quality
left join segments on segment_quality.level = 'segment' and segment_quality.subject = segments.segment
where segment_quality.status <> 'pass'
order by segment_quality.status, segment_quality.level, segment_quality.subject
