with observed as (

    select
        contact_id,
        value,
        row_number() over (
            partition by contact_id
            order by observed_on desc nulls last, value asc
        ) as observation
    from {{ ref('fct_contact_traits') }}
    where trait = 'recommendation_score'

)

select contact_id
from observed
where
    observation = 1
    and value in ('9', '10')
