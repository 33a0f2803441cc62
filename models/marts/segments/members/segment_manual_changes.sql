with changes as (

    select * from {{ ref('stg_segment_members_manual') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

rule_members as (

    select * from {{ ref('segment_rule_members') }}

),

-- Of two changes at the same moment the removal counts: a mail too few can be sent later.
ranked as (

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
    ranked.contact_id,
    ranked.segment,
    ranked.action,
    rule_members.contact_id is not null as is_matched,
    ranked.changed_at,
    ranked.changed_by,
    ranked.reason
from ranked
left join rule_members
    on
        ranked.contact_id = rule_members.contact_id
        and ranked.segment = rule_members.segment
where ranked.change_number = 1
