{{ config(
    materialized='incremental',
    incremental_strategy='membership_periods',
    on_schema_change='fail',
    full_refresh=false
) }}

with memberships as (

    select * from {{ ref('segment_memberships') }}

),

segment_days as (

    select * from {{ ref('segment_days') }}

),

recorded_stays as (

    {{ rows_before({'contact_id': 'varchar', 'segment': 'varchar', 'entered_at': 'date', 'left_at': 'date'}) }}

),

-- The next day built, also where it was built without the segment: nobody was in it then.
next_days as (

    select min(day) as next_day
    from segment_days
    where day > {{ as_of() }}

),

periods_that_include_as_of as (

    select * from recorded_stays
    where entered_at <= {{ as_of() }} and (left_at > {{ as_of() }} or left_at is null)

),

-- Members with such a period, and other contacts without one, are as they were before.
membership_changes as (

    select
        coalesce(memberships.contact_id, periods.contact_id) as contact_id,
        coalesce(memberships.segment, periods.segment) as segment,
        periods.contact_id is null as has_entered,
        periods.entered_at,
        periods.left_at,
        next_days.next_day
    from memberships
    full outer join periods_that_include_as_of as periods
        on memberships.contact_id = periods.contact_id and memberships.segment = periods.segment
    cross join next_days
    where memberships.contact_id is null or periods.contact_id is null

),

periods_until_as_of as (

    select * from recorded_stays
    where left_at = {{ as_of() }}

),

later_periods as (

    select * from recorded_stays
    where entered_at > {{ as_of() }}

),

-- A period that reached this day, or goes on at the next day built, is one period with the new one.
entries as (

    select
        membership_changes.contact_id,
        membership_changes.segment,
        coalesce(earlier.entered_at, {{ as_of() }}) as entered_at,
        case when later.contact_id is null then membership_changes.next_day else later.left_at end as left_at,
        later.entered_at as joined_at
    from membership_changes
    left join periods_until_as_of as earlier
        on membership_changes.contact_id = earlier.contact_id and membership_changes.segment = earlier.segment
    left join later_periods as later
        on
            membership_changes.contact_id = later.contact_id
            and membership_changes.segment = later.segment
            and membership_changes.next_day = later.entered_at
    where membership_changes.has_entered

)

select
    contact_id,
    segment,
    entered_at,
    left_at
from entries
union all
-- A period that ends on the day it begins is taken out: this one is part of the entry's.
select
    contact_id,
    segment,
    joined_at as entered_at,
    joined_at as left_at
from entries
where joined_at is not null
union all
select
    contact_id,
    segment,
    entered_at,
    {{ as_of() }} as left_at
from membership_changes
where not has_entered
union all
-- What the next day built saw is kept.
select
    contact_id,
    segment,
    next_day as entered_at,
    left_at
from membership_changes
where not has_entered and (left_at > next_day or (left_at is null and next_day is not null))
