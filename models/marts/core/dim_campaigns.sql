with campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

dated as (

    select
        *,
        {{ local_date('sent_at') }} as sent_on
    from campaigns

)

select
    campaign_id,
    name,
    topic,
    channel,
    offer,
    sequence,
    sequence_step,
    sent_at,
    sent_on
from dated
where sent_on <= {{ as_of() }} or sent_on is null
