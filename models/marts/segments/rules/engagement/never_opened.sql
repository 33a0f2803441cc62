select contact_id
from {{ ref('dim_contacts') }}
where
    first_mailed_on <= {{ days_before_as_of(30) }}
    and first_response_on is null
