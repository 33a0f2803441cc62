with memberships as (

    select * from {{ ref('segment_memberships') }}

),

segment_days as (

    select * from {{ ref('segment_days') }}

),

before as (

    {{ rows_before({'contact_id': 'varchar', 'segment': 'varchar', 'entered_at': 'date', 'left_at': 'date'}) }}

),

-- The next day built, also where it was built without the segment: nobody was in it then.
next_days as (

    select min(day) as next_day
    from segment_days
    where day > {{ as_of() }}

),

-- The day is a column, for a full join on a constant compares every row with every other.
members as (

    select
        memberships.contact_id,
        memberships.segment,
        {{ as_of() }} as day,
        next_days.next_day
    from memberships
    cross join next_days

),

-- What earlier builds saw is cut in three: before this day, this day up to the next day built, and
-- from there on. The middle is replaced by what this build sees; the outer parts stay.
earlier as (

    select
        contact_id,
        segment,
        entered_at,
        case when left_at < {{ as_of() }} then left_at else {{ as_of() }} end as left_at
    from before
    where entered_at < {{ as_of() }}

),

later as (

    select
        before.contact_id,
        before.segment,
        case when before.entered_at > next_days.next_day then before.entered_at else next_days.next_day end
            as entered_at,
        before.left_at
    from before
    cross join next_days
    where
        before.left_at > next_days.next_day
        or (before.left_at is null and next_days.next_day is not null)

)

-- A stay that reaches this day from before, or goes on at the next day built, is one stay with it.
select
    coalesce(members.contact_id, earlier.contact_id, later.contact_id) as contact_id,
    coalesce(members.segment, earlier.segment, later.segment) as segment,
    case
        when earlier.contact_id is not null then earlier.entered_at
        when members.contact_id is not null then members.day
        else later.entered_at
    end as entered_at,
    case
        when later.contact_id is not null then later.left_at
        when members.contact_id is not null then members.next_day
        else earlier.left_at
    end as left_at
from members
full outer join earlier
    on
        members.contact_id = earlier.contact_id
        and members.segment = earlier.segment
        and members.day = earlier.left_at
full outer join later
    on
        members.contact_id = later.contact_id
        and members.segment = later.segment
        and members.next_day = later.entered_at
