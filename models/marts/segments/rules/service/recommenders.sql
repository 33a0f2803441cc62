select contact_id
from {{ ref('fct_contact_traits') }}
where
    trait = 'recommendation_score'
    and value in ('9', '10')
    and is_latest
