{{ config(materialized='view') }}

with contacts as (

    select * from {{ ref('dim_contacts') }}

),

fallbacks as (

    select
        max(case when field = 'first_name' then fallback end) as first_name,
        max(case when field = 'last_name' then fallback end) as last_name
    from {{ ref('message_fields') }}

),

checked_contacts as (

    select
        *,
        {{ is_unsafe_text('first_name', var('outgoing_name_length')) }} as is_first_name_replaced,
        {{ is_unsafe_text('last_name', var('outgoing_name_length')) }} as is_last_name_replaced
    from contacts

)

-- Not NULL in the place of an unsafe name: senders leave a field as it was when the imported cell is empty.
-- https://developers.brevo.com/reference/import-contacts (emptyContactsAttributes)
select
    checked_contacts.contact_id,
    case
        when checked_contacts.is_first_name_replaced then fallbacks.first_name
        else checked_contacts.first_name
    end as first_name,
    case
        when checked_contacts.is_last_name_replaced then fallbacks.last_name
        else checked_contacts.last_name
    end as last_name,
    checked_contacts.is_first_name_replaced,
    checked_contacts.is_last_name_replaced
from checked_contacts
cross join fallbacks
