select contact_id
from {{ ref('dim_contacts') }}
where
    {{ list_has('bought_categories', 'sport') }}
    and not {{ list_has('bought_categories', 'wellbeing') }}
