select contact_id
from {{ ref('dim_contacts') }}
where last_support_case_on > {{ days_before_as_of(30) }}
