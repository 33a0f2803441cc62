select contact_id
from {{ ref('dim_contacts') }}
where
    lower(job_title) like '%ressources humaines%'
    or lower(job_title) like '%human resources%'
