with contact_rows as (

    select * from {{ ref('base_contacts') }}
    where reject_reason is null or reject_reason not like 'erased%'

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

address_owners as (

    select distinct
        contacts.email,
        contact_map.contact_id
    from contacts
    inner join contact_map on contacts.contact_id = contact_map.source_contact_id

)

select
    contact_rows.source_file,
    contact_rows.source_row_number,
    contact_rows.contact_id as source_contact_id,
    coalesce(contact_map.contact_id, address_owners.contact_id) as contact_id,
    case
        when contact_rows.reject_reason is not null then 'rejected'
        when contact_map.contact_id is null then 'created_later'
        when contacts.source_row_number is null then 'duplicate'
        else 'merged'
    end as row_status,
    contact_rows.email_consent,
    contact_rows.consent_at,
    contact_rows.updated_at
from contact_rows
left join contacts
    on
        contact_rows.source_file = contacts.source_file
        and contact_rows.source_row_number = contacts.source_row_number
left join contact_map on contact_rows.contact_id = contact_map.source_contact_id
-- A row of no contact belongs to every contact with its address; others are their contact's alone.
left join address_owners on case when contact_map.contact_id is null then contact_rows.email end = address_owners.email
where coalesce(contact_map.contact_id, address_owners.contact_id) is not null
