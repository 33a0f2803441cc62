with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

channels as (

    select * from {{ ref('channels') }}

),

reasons as (

    select * from {{ ref('permission_reasons') }}

),

obstacles as (

    select * from {{ ref('int_contact_obstacles') }}

),

addresses as (

    select * from {{ ref('int_contact_addresses') }}

),

agreements as (

    select * from {{ ref('int_contact_agreements') }}

),

contact_channels as (

    select
        contacts.contact_id,
        contacts.created_on,
        channels.channel,
        channels.address,
        channels.consent,
        '|' || coalesce(channels.unaffected_by, '') || '|' as unaffected_by
    from contacts
    cross join channels

),

channel_obstacles as (

    select
        contact_channels.contact_id,
        contact_channels.channel,
        obstacles.reason,
        obstacles.since_on
    from contact_channels
    inner join obstacles on contact_channels.contact_id = obstacles.contact_id
    where {{ dbt.position("'|' || obstacles.reason || '|'", 'contact_channels.unaffected_by') }} = 0
    union all
    select
        contact_channels.contact_id,
        contact_channels.channel,
        'no_address' as reason,
        contact_channels.created_on as since_on
    from contact_channels
    left join addresses
        on
            contact_channels.contact_id = addresses.contact_id
            and contact_channels.address = addresses.address
    where contact_channels.address is not null and addresses.contact_id is null
    union all
    select
        contact_channels.contact_id,
        contact_channels.channel,
        'no_consent' as reason,
        contact_channels.created_on as since_on
    from contact_channels
    left join agreements
        on
            contact_channels.contact_id = agreements.contact_id
            and contact_channels.consent = agreements.consent
    where contact_channels.consent is not null and agreements.contact_id is null

),

-- A reason that the list of reasons does not have weighs least, but stands against the contact all the same.
ranked_obstacles as (

    select
        channel_obstacles.*,
        row_number() over (
            partition by channel_obstacles.contact_id, channel_obstacles.channel
            order by reasons.priority asc nulls last, channel_obstacles.reason asc
        ) as reason_number
    from channel_obstacles
    left join reasons on channel_obstacles.reason = reasons.reason

)

select
    contact_channels.contact_id,
    contact_channels.channel,
    ranked_obstacles.contact_id is null as is_allowed,
    ranked_obstacles.reason,
    ranked_obstacles.since_on,
    {{ as_of() }} as as_of
from contact_channels
left join ranked_obstacles
    on
        contact_channels.contact_id = ranked_obstacles.contact_id
        and contact_channels.channel = ranked_obstacles.channel
        and ranked_obstacles.reason_number = 1
