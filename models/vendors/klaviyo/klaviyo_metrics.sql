with requested_metrics as (

    select record from {{ vendor_rows('klaviyo', 'metrics') }}

),

-- Answers to include=metric say the metrics' names beside the events.
included_records as (

    select record from {{ vendor_rows('klaviyo', 'included') }}
    where {{ json_text('record', 'type') }} = 'metric'

),

metrics as (

    select * from requested_metrics
    union all
    select * from included_records

)

select
    {{ json_text('record', 'id') }} as metric_id,
    min({{ json_text('record', 'attributes.name') }}) as metric_name
from metrics
where {{ json_text('record', 'id') }} is not null
group by 1
