with contact_traits as (

    select
        *,
        {{ local_date('observed_at') }} as observed_on
    from {{ ref('stg_contact_traits') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

resolved_traits as (

    select distinct
        contact_map.contact_id,
        contact_traits.trait,
        contact_traits.value,
        contact_traits.observed_on
    from contact_traits
    inner join contact_map on contact_traits.contact_id = contact_map.source_contact_id
    where contact_traits.observed_on <= {{ as_of() }} or contact_traits.observed_on is null

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
from resolved_traits
