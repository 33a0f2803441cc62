with members as (

    select * from {{ ref('segment_memberships') }}

),

periods as (

    select *
    from {{ ref('segment_history') }}
    where entered_at <= {{ as_of() }} and (left_at > {{ as_of() }} or left_at is null)

)

select
    members.contact_id as member_contact_id,
    members.segment as member_segment,
    periods.contact_id as period_contact_id,
    periods.segment as period_segment
from members
full outer join periods on members.contact_id = periods.contact_id and members.segment = periods.segment
where members.contact_id is null or periods.contact_id is null
