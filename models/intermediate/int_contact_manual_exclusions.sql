with manual_changes as (

    select * from {{ ref('int_segment_manual_changes') }}

),

rejected_changes as (

    select *
    from {{ ref('base_segment_members_manual') }}
    where reject_reason is not null

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

exclusions as (

    select
        contact_id,
        segment,
        action,
        {{ local_date('changed_at') }} as excluded_on
    from manual_changes
    union all
    -- Whose date or action can't be read says all the same that somebody wished to exclude the contact.
    -- Only mending the row ends it.
    select
        contact_map.contact_id,
        rejected_changes.segment,
        coalesce(
            rejected_changes.action, case rejected_changes.segment when 'do_not_contact' then 'add' else 'remove' end
        ) as action,
        cast('1900-01-01' as date) as excluded_on
    from rejected_changes
    inner join contact_map on rejected_changes.contact_id = contact_map.source_contact_id

)

select
    contact_id,
    case segment when 'do_not_contact' then 'do_not_contact' else 'no_promotion' end as reason,
    max(excluded_on) as excluded_on
from exclusions
where
    (segment = 'do_not_contact' and action = 'add')
    or (segment = 'promotion_audience' and action = 'remove')
group by contact_id, segment
