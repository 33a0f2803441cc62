select
    person_id as contact_id,
    mail_address as email,
    signed_up_at as created_at,
    city,
    born_on as birth_date,
    gender,
    agreed as email_consent,
    agreed_at as consent_at
from {{ ref('crm_people_export') }}
