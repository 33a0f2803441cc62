with campaigns as (

    select
        *,
        {{ local_date('sent_at') }} as sent_on
    from {{ ref('stg_campaigns') }}

)

-- A step of a sequence is sent again and again: its day says when it was sent last, not since when it is.
select
    campaign_id,
    name,
    topic,
    channel,
    offer,
    sequence,
    sequence_step,
    case when sent_on <= {{ as_of() }} then sent_at end as sent_at,
    case when sent_on <= {{ as_of() }} then sent_on end as sent_on
from campaigns
where sent_on <= {{ as_of() }} or sent_on is null or sequence_step is not null
