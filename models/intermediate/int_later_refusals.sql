with refusals as (

    select * from {{ ref('int_remembered_refusals') }}

)

select distinct contact_id
from refusals
where is_later and kind <> 'bounced'
