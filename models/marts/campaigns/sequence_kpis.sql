with messages as (

    select * from {{ ref('int_sequence_messages') }}

)

select
    sequence,
    step,
    status,
    coalesce(reason, 'none') as reason,
    count(*) as message_count,
    {{ as_of() }} as as_of
from messages
group by sequence, step, status, coalesce(reason, 'none')
