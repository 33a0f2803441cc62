with input_campaigns as (

    select * from {{ ref('input_campaigns') }}

)

select
    source_file,
    source_row_number,
    campaign_id,
    name,
    lower(topic) as topic,
    lower(channel) as channel,
    offer,
    lower(sequence) as sequence,
    sequence_step,
    sent_at,
    case when campaign_id is null then 'campaign_id is empty' end as reject_reason
from input_campaigns
