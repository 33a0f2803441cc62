with contact_channels as (

    select
        contacts.contact_id,
        channels.channel
    from {{ ref('dim_contacts') }} as contacts
    cross join {{ ref('channels') }} as channels

),

permissions as (

    select * from {{ ref('contact_permissions') }}

)

select
    coalesce(contact_channels.contact_id, permissions.contact_id) as contact_id,
    coalesce(contact_channels.channel, permissions.channel) as channel
from contact_channels
full outer join permissions
    on
        contact_channels.contact_id = permissions.contact_id
        and contact_channels.channel = permissions.channel
where contact_channels.contact_id is null or permissions.contact_id is null
