select contact_id
from {{ ref('fct_contact_traits') }}
where
    trait = 'employment_status'
    and lower(value) = 'job_seeker'
    and is_latest
