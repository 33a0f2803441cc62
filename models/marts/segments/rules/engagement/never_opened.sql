select contact_id
from {{ ref('dim_contacts') }}
where
    first_emailed_on <= {{ days_before_as_of(30) }}
    and first_response_on is null
