with changes as (

    select * from {{ ref('int_segment_manual_changes') }}

),

rule_members as (

    select * from {{ ref('segment_rule_members') }}

)

select
    changes.contact_id,
    changes.segment,
    changes.action,
    rule_members.contact_id is not null as is_matched,
    changes.changed_at,
    changes.changed_by,
    changes.reason
from changes
left join rule_members
    on
        changes.contact_id = rule_members.contact_id
        and changes.segment = rule_members.segment
