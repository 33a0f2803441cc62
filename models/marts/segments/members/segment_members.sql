{{ config(materialized='view') }}

with periods as (

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

-- From the periods alone: to evaluate the rules once more and join both takes longer than all of this.
select
    periods.contact_id,
    periods.segment,
    definitions.family,
    case when not manual_changes.is_matched then 'manual' else 'rule' end as source,
    periods.entered_at,
    {{ as_of() }} as as_of
from periods
inner join definitions on periods.segment = definitions.segment
left join manual_changes
    on
        periods.contact_id = manual_changes.contact_id
        and periods.segment = manual_changes.segment
