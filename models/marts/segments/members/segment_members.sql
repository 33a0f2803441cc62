{{ config(materialized='view') }}

with stays as (

    select * from {{ ref('segment_history') }}
    where entered_at <= {{ as_of() }} and (left_at > {{ as_of() }} or left_at is null)

),

definitions as (

    select * from {{ ref('segment_definitions') }}
    where members_are_published

),

manual_changes as (

    select * from {{ ref('segment_manual_changes') }}

)

-- From the stays alone: to evaluate the rules once more and join both takes longer than all of this.
select
    stays.contact_id,
    stays.segment,
    definitions.family,
    case when not manual_changes.is_matched then 'manual' else 'rule' end as source,
    stays.entered_at,
    {{ as_of() }} as as_of
from stays
inner join definitions on stays.segment = definitions.segment
left join manual_changes
    on
        stays.contact_id = manual_changes.contact_id
        and stays.segment = manual_changes.segment
