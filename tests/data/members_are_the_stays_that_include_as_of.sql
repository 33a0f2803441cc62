with members as (

    select * from {{ ref('segment_memberships') }}

),

stays as (

    select *
    from {{ ref('segment_history') }}
    where entered_at <= {{ as_of() }} and (left_at > {{ as_of() }} or left_at is null)

)

select
    members.contact_id as member_contact_id,
    members.segment as member_segment,
    stays.contact_id as stay_contact_id,
    stays.segment as stay_segment
from members
full outer join stays on members.contact_id = stays.contact_id and members.segment = stays.segment
where members.contact_id is null or stays.contact_id is null
