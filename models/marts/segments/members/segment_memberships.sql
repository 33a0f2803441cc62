{{ config(materialized='view') }}

with rule_members as (

    select * from {{ ref('segment_rule_members') }}

),

manual_changes as (

    select * from {{ ref('segment_manual_changes') }}

)

select
    rule_members.contact_id,
    rule_members.segment
from rule_members
left join manual_changes
    on
        rule_members.contact_id = manual_changes.contact_id
        and rule_members.segment = manual_changes.segment
        and manual_changes.action = 'remove'
where manual_changes.contact_id is null
union all
select
    contact_id,
    segment
from manual_changes
where action = 'add' and not is_matched
