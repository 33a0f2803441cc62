select contact_id
from {{ ref('dim_contacts') }}
where
    (
        lower(city) in ('zurich', 'zürich')
        and coalesce(country, 'CH') = 'CH'
    )
    or (
        postal_code like '80__'
        and country = 'CH'
    )
