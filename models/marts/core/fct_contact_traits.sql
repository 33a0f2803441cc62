with contact_traits as (

    select * from {{ ref('stg_contact_traits') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

dated as (

    select
        *,
        {{ local_date('observed_at') }} as observed_on
    from contact_traits

),

merged as (

    select distinct
        contact_map.contact_id,
        dated.trait,
        dated.value,
        dated.observed_on
    from dated
    inner join contact_map on dated.contact_id = contact_map.source_contact_id
    where dated.observed_on <= {{ as_of() }} or dated.observed_on is null

)

select
    contact_id,
    trait,
    value,
    observed_on,
    row_number() over (
        partition by contact_id, trait
        order by observed_on desc nulls last, lower(value) asc, value asc
    ) = 1 as is_latest
from merged
