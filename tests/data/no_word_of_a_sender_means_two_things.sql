with email_event_types as (

    select * from {{ ref('email_event_types') }}

)

select
    {{ word_key('sender_word') }} as problem,
    count(*) as row_count
from email_event_types
group by {{ word_key('sender_word') }}
having count(*) > 1
