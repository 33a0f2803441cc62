-- Nothing is lost: each raw row is staged, a duplicate of a staged one, or rejected with a reason.
select *
from {{ ref('source_row_counts') }}
where row_count <> staged_count + deduplicated_count + rejected_count
