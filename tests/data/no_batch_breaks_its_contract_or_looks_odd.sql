-- Defective rows are to be mended; what looks odd or refers to nothing, and is right, a person accepts.
with stopping as (

    select * from {{ ref('batch_findings') }}
    where stops

)

select case when is_hard then 'The files break their contract: ' else 'The files look odd: ' end || sentence as problem
from stopping
union all
select
    'This is batch ' || min(batch_id)
    || '. Mend it; or, if somebody has looked and it is right, let it pass and build again: make accept BATCH='
    || min(batch_id) || ' BECAUSE="why it is right"' as problem
from stopping
having count(*) > 0 and min(case when is_acceptable then 1 else 0 end) = 1
