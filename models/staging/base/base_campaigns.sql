with raw_campaigns as (

    select * from {{ ref('raw_campaigns') }}

)

select
    raw_row_number,
    {{ clean_text('campaign_id') }} as campaign_id,
    {{ clean_text('name') }} as name,
    lower({{ clean_text('topic') }}) as topic,
    lower({{ clean_text('channel') }}) as channel,
    {{ clean_text('offer') }} as offer,
    lower({{ clean_text('sequence') }}) as sequence,
    {{ parse_number('sequence_step', 'integer') }} as sequence_step,
    {{ parse_timestamp('sent_at') }} as sent_at,
    case when {{ clean_text('campaign_id') }} is null then 'campaign_id is empty' end as reject_reason
from raw_campaigns
