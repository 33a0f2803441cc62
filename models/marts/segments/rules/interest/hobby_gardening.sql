select contact_id
from {{ ref('dim_contacts') }}
where
    {{ list_has('interests', 'gardening') }}
    or contact_id in (
        select traits.contact_id
        from {{ ref('fct_contact_traits') }} as traits
        where
            traits.trait = 'hobby'
            and lower(traits.value) = 'gardening'
    )
