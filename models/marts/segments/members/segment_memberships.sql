{{ config(materialized='view') }}

with rule_members as (

    select * from {{ ref('segment_rule_members') }}

),

manual_changes as (

    select * from {{ ref('segment_manual_changes') }}

)

select
    coalesce(rule_members.contact_id, manual_changes.contact_id) as contact_id,
    coalesce(rule_members.segment, manual_changes.segment) as segment,
    coalesce(rule_members.family, 'rule') as family,
    case when rule_members.contact_id is null then 'manual' else 'rule' end as source
from rule_members
full outer join manual_changes
    on
        rule_members.contact_id = manual_changes.contact_id
        and rule_members.segment = manual_changes.segment
where coalesce(manual_changes.action, 'add') = 'add'
