select
    person_id as contact_id,
    mail_address as email,
    cast(signed_up_at as timestamp) as created_at,
    cast(changed_at as timestamp) as updated_at,
    city,
    cast(born_on as date) as birth_date,
    gender,
    agreed = 'yes' as email_consent,
    cast(agreed_at as timestamp) as consent_at
from {{ ref('crm_people_export') }}
