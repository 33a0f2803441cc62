-- Why messages of a sequence were skipped, the commonest reason first.
select
    sequence,
    reason,
    sum(message_count) as message_count
from sequence_kpis
where status = 'skipped'
group by sequence, reason
order by sequence asc, message_count desc, reason asc
