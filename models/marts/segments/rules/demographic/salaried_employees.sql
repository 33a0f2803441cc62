with observed as (

    select
        contact_id,
        lower(value) as value,
        row_number() over (
            partition by contact_id
            order by observed_on desc nulls last, value asc
        ) as observation
    from {{ ref('fct_contact_traits') }}
    where trait = 'employment_status'

)

select contact_id
from observed
where
    observation = 1
    and value = 'employee'
