{{ config(materialized='view') }}

with rule_members as (

    select * from {{ ref('segment_rule_members') }}

),

manual_changes as (

    select * from {{ ref('segment_manual_changes') }}

)

select
    rule_members.contact_id,
    rule_members.segment,
    rule_members.family,
    'rule' as source
from rule_members
left join manual_changes
    on
        rule_members.contact_id = manual_changes.contact_id
        and rule_members.segment = manual_changes.segment
where coalesce(manual_changes.action, 'add') = 'add'
union all
select
    manual_changes.contact_id,
    manual_changes.segment,
    'rule' as family,
    'manual' as source
from manual_changes
left join rule_members
    on
        manual_changes.contact_id = rule_members.contact_id
        and manual_changes.segment = rule_members.segment
where manual_changes.action = 'add' and rule_members.contact_id is null
