-- Messages of each sequence by status.
select
    sequence,
    coalesce(sum(message_count) filter (where status = 'due'), 0) as due,
    coalesce(sum(message_count) filter (where status = 'sent'), 0) as sent,
    coalesce(sum(message_count) filter (where status = 'upcoming'), 0) as upcoming,
    coalesce(sum(message_count) filter (where status = 'skipped'), 0) as skipped,
    sum(message_count) as total
from sequence_kpis
group by sequence
order by sequence
