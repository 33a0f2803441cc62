with history as (

    select * from {{ ref('segment_history') }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}
    where members_are_published

),

earlier_days as (

    select * from {{ ref('segment_days') }}
    where day < {{ as_of() }}

),

last_days as (

    select
        segment,
        max(day) as day
    from earlier_days
    group by segment

),

entries as (

    select
        contact_id,
        segment,
        'entered' as change
    from history
    where
        entered_at = {{ as_of() }}
        and exists (select 1 from earlier_days)

),

-- As in segment_daily: where the project was built without the segment, it was left on its next day.
exits as (

    select
        history.contact_id,
        history.segment,
        'left' as change
    from history
    left join last_days on history.segment = last_days.segment
    where
        history.left_at <= {{ as_of() }}
        and (history.left_at > last_days.day or last_days.day is null)

),

entries_and_exits as (

    select * from entries
    union all
    select * from exits

)

select
    entries_and_exits.contact_id,
    entries_and_exits.segment,
    entries_and_exits.change,
    cast(null as {{ dbt.type_string() }}) as condition,
    {{ as_of() }} as as_of
from entries_and_exits
inner join definitions on entries_and_exits.segment = definitions.segment
