with rule_members as (

    select * from {{ ref('segment_rule_members') }}

),

manual_changes as (

    select * from {{ ref('stg_segment_members_manual') }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}

),

contact_map as (

    select * from {{ ref('int_contact_map') }}

),

-- Of two changes at the same moment the removal counts: a mail too few can be sent later.
ranked_changes as (

    select
        contact_map.contact_id,
        manual_changes.segment,
        manual_changes.action,
        row_number() over (
            partition by contact_map.contact_id, manual_changes.segment
            order by manual_changes.changed_at desc, manual_changes.action desc, manual_changes.contact_id asc
        ) as change_number
    from manual_changes
    inner join contact_map on manual_changes.contact_id = contact_map.source_contact_id
    where {{ local_date('manual_changes.changed_at') }} <= {{ as_of() }}

),

last_changes as (

    select
        contact_id,
        segment,
        action
    from ranked_changes
    where change_number = 1

)

select
    rule_members.contact_id,
    rule_members.segment,
    rule_members.family,
    'rule' as source
from rule_members
left join last_changes
    on
        rule_members.contact_id = last_changes.contact_id
        and rule_members.segment = last_changes.segment
where coalesce(last_changes.action, 'add') = 'add'
union all
-- What is added by hand to a segment that the project no longer has stays without effect.
select
    last_changes.contact_id,
    last_changes.segment,
    definitions.family,
    'manual' as source
from last_changes
inner join definitions on last_changes.segment = definitions.segment
left join rule_members
    on
        last_changes.contact_id = rule_members.contact_id
        and last_changes.segment = rule_members.segment
where last_changes.action = 'add' and rule_members.contact_id is null
