{{ config(materialized='view') }}

with permissions as (

    select * from {{ ref('contact_permissions') }}

),

channels as (

    select
        channel,
        '|' || coalesce(unaffected_by, '') || '|' as unaffected_by
    from {{ ref('channels') }}

),

later_refusals as (

    select * from {{ ref('int_later_refusals') }}

),

manual_changes as (

    select * from {{ ref('stg_segment_members_manual') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

later_objections as (

    select
        contact_id,
        'refused' as reason
    from later_refusals
    union all
    select
        contact_map.contact_id,
        case manual_changes.segment when 'do_not_contact' then 'do_not_contact' else 'no_promotion' end as reason
    from manual_changes
    inner join contact_map on manual_changes.contact_id = contact_map.source_contact_id
    where
        {{ local_date('manual_changes.changed_at') }} > {{ as_of() }}
        and (
            (manual_changes.segment = 'do_not_contact' and manual_changes.action = 'add')
            or (manual_changes.segment = 'promotion_audience' and manual_changes.action = 'remove')
        )

),

objecting_contacts as (

    select distinct
        later_objections.contact_id,
        channels.channel
    from later_objections
    cross join channels
    where {{ dbt.position("'|' || later_objections.reason || '|'", 'channels.unaffected_by') }} = 0

)

select
    permissions.contact_id,
    permissions.channel,
    permissions.is_allowed and objecting_contacts.contact_id is null as is_allowed,
    case
        when permissions.is_allowed and objecting_contacts.contact_id is not null then 'refused_later'
        else permissions.reason
    end as reason
from permissions
left join objecting_contacts
    on
        permissions.contact_id = objecting_contacts.contact_id
        and permissions.channel = objecting_contacts.channel
