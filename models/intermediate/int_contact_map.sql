{{ config(materialized='table') }}

with contacts as (

    select * from {{ ref('stg_contacts') }}

),

contacts_with_identity as (

    select
        contact_id,
        created_at,
        case
            when email is not null and count(*) over (partition by email) <= {{ var('address_contact_limit') }}
                then email
            -- An address has no blank in it, so an id can't pass for one.
            else 'id ' || contact_id
        end as identity
    from contacts
    where {{ local_date('created_at') }} <= {{ as_of() }}

)

select
    contact_id as source_contact_id,
    first_value(contact_id) over (
        partition by identity
        order by created_at asc, contact_id asc
        rows between unbounded preceding and unbounded following
    ) as contact_id
from contacts_with_identity
