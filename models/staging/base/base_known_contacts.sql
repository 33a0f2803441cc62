with contacts as (

    select * from {{ ref('base_contacts') }}

),

erased as (

    select * from {{ ref('base_erased_contacts') }}

)

select distinct
    contact_id,
    false as is_erased
from contacts
where reject_reason is null
union all
select
    contact_id,
    true as is_erased
from erased
