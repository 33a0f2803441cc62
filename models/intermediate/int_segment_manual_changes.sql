-- A table: each segment of a rule reads it.
{{ config(materialized='table') }}

with changes as (

    select * from {{ ref('stg_segment_members_manual') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

-- Of two changes at the same moment the removal counts: an email too few can be sent later.
ranked_changes as (

    select
        contact_map.contact_id,
        changes.segment,
        changes.action,
        changes.changed_at,
        changes.changed_by,
        changes.reason,
        row_number() over (
            partition by contact_map.contact_id, changes.segment
            order by changes.changed_at desc, changes.action desc, changes.contact_id asc
        ) as change_number
    from changes
    inner join contact_map on changes.contact_id = contact_map.source_contact_id
    where {{ local_date('changes.changed_at') }} <= {{ as_of() }}

)

select
    contact_id,
    segment,
    action,
    changed_at,
    changed_by,
    reason
from ranked_changes
where change_number = 1
