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

),

-- A stay that reaches this day from before, or goes on at the next day built, is one stay.
current_stays as (

    select
        memberships.contact_id,
        memberships.segment,
        coalesce(earlier.entered_at, {{ as_of() }}) as entered_at,
        case when later.contact_id is null then next_days.next_day else later.left_at end as left_at
    from memberships
    cross join next_days
    left join earlier
        on
            memberships.contact_id = earlier.contact_id
            and memberships.segment = earlier.segment
            and earlier.left_at = {{ as_of() }}
    left join later
        on
            memberships.contact_id = later.contact_id
            and memberships.segment = later.segment
            and next_days.next_day = later.entered_at

),

other_stays as (

    select
        earlier.contact_id,
        earlier.segment,
        earlier.entered_at,
        earlier.left_at
    from earlier
    left join memberships
        on
            earlier.contact_id = memberships.contact_id
            and earlier.segment = memberships.segment
            and earlier.left_at = {{ as_of() }}
    where memberships.contact_id is null
    union all
    select
        later.contact_id,
        later.segment,
        later.entered_at,
        later.left_at
    from later
    cross join next_days
    left join memberships
        on
            later.contact_id = memberships.contact_id
            and later.segment = memberships.segment
            and later.entered_at = next_days.next_day
    where memberships.contact_id is null

)

select
    contact_id,
    segment,
    entered_at,
    left_at
from current_stays
union all
select
    contact_id,
    segment,
    entered_at,
    left_at
from other_stays
