select contact_id
from {{ ref('dim_contacts') }}
where
    gender = 'female'
    and age between 40 and 60
    and country = 'FR'
    and postal_code like '69___'
