-- Mend the file, or the program that exports it: more than half of its rows can't be used.
select
    cast(rejected_count as varchar) || ' of the ' || cast(row_count as varchar) || ' rows of ' || source_file
    || ' are rejected, most because ' || commonest_reason || ', the first of them in row '
    || cast(first_row_number as varchar) as problem
from {{ ref('mostly_rejected_files') }}
