select contact_id
from {{ ref('dim_contacts') }}
where
    contact_id in (
        select traits.contact_id
        from {{ ref('fct_contact_traits') }} as traits
        where
            traits.trait = 'product_in_use'
            and lower(traits.value) = 'chaussures de trail sarine'
    )
