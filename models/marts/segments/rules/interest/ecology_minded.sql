select contact_id
from {{ ref('fct_contact_traits') }}
where
    trait = 'value_ecology'
    and lower(value) = 'high'
    and is_latest
