with memberships as (

    select * from {{ ref('segment_memberships') }}

),

history as (

    select * from {{ ref('segment_history') }}

)

select
    memberships.contact_id,
    memberships.segment,
    memberships.family,
    memberships.source,
    history.entered_at,
    {{ as_of() }} as as_of
from memberships
inner join history
    on
        memberships.contact_id = history.contact_id
        and memberships.segment = history.segment
        and history.entered_at <= {{ as_of() }}
        and (history.left_at > {{ as_of() }} or history.left_at is null)
