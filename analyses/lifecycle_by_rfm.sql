-- How do the lifecycle stages and the RFM groups overlap?
with lifecycle as (

    select * from {{ ref('lifecycle_segments') }}

),

behaviour as (

    select * from {{ ref('behaviour_segments') }}

)

select
    lifecycle.lifecycle_stage,
    behaviour.rfm_segment,
    count(*) as contact_count
from lifecycle
inner join behaviour on lifecycle.contact_id = behaviour.contact_id
where behaviour.rfm_segment is not null
group by lifecycle.lifecycle_stage, behaviour.rfm_segment
order by contact_count desc, lifecycle.lifecycle_stage asc, behaviour.rfm_segment asc
