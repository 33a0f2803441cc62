select contact_id
from {{ ref('dim_contacts') }}
where
    lower(company_sector) = 'health'
    and company_size in ('1-9', '10-49')
