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

contacts as (

    select contact_id from {{ ref('dim_contacts') }}

),

manual_changes as (

    select * from {{ ref('int_segment_manual_changes') }}

),

numbered_days as (

    select
        *,
        row_number() over (partition by segment order by day desc) as day_number_from_last
    from earlier_days

),

last_definitions as (

    select * from numbered_days
    where day_number_from_last = 1

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
    left join last_definitions on history.segment = last_definitions.segment
    where
        history.left_at <= {{ as_of() }}
        and (history.left_at > last_definitions.day or last_definitions.day is null)

),

entries_and_exits as (

    select * from entries
    union all
    select * from exits

),

changes as (

    select
        entries_and_exits.*,
        definitions.family,
        definitions.definition_version
    from entries_and_exits
    inner join definitions on entries_and_exits.segment = definitions.segment

),

-- Every contact is in a segment of some family.
contacts_before as (

    select distinct history.contact_id
    from history
    cross join (select max(day) as day from earlier_days) as last_days
    where
        history.contact_id in (select entries.contact_id from entries)
        and history.entered_at <= last_days.day
        and (history.left_at > last_days.day or history.left_at is null)

),

family_changes as (

    select
        contact_id,
        family,
        change,
        min(segment) as segment
    from changes
    where family <> 'rule'
    group by contact_id, family, change

)

select
    changes.contact_id,
    changes.segment,
    changes.change,
    case
        when changes.change = 'entered' and contacts_before.contact_id is null then 'contact is new'
        when changes.change = 'left' and contacts.contact_id is null then 'contact is gone'
        when manual_changes.contact_id is not null then 'changed manually'
        when last_definitions.segment is null then 'segment is new'
        when changes.definition_version <> last_definitions.definition_version then 'definition changed'
        when changes.family = 'rule' then null
        when changes.change = 'entered' then coalesce('was ' || family_changes.segment, 'value is new')
        else coalesce('is now ' || family_changes.segment, 'value is gone')
    end as condition,
    {{ as_of() }} as as_of
from changes
left join contacts on changes.contact_id = contacts.contact_id
left join contacts_before on changes.contact_id = contacts_before.contact_id
left join last_definitions on changes.segment = last_definitions.segment
left join manual_changes
    on
        changes.contact_id = manual_changes.contact_id
        and changes.segment = manual_changes.segment
        and case changes.change when 'entered' then 'add' else 'remove' end = manual_changes.action
left join family_changes
    on
        changes.contact_id = family_changes.contact_id
        and changes.family = family_changes.family
        and changes.change <> family_changes.change
