with definitions as (

    select * from {{ ref('segment_definitions') }}

),

daily as (

    select * from {{ ref('segment_daily') }}
    where day = {{ as_of() }}

),

segment_days as (

    select * from {{ ref('segment_days') }}
    where day <= {{ as_of() }}

),

contacts as (

    select count(*) as contact_count
    from {{ ref('dim_contacts') }}

),

-- The present definition holds since the first day built after the last day with another one.
other_versions as (

    select
        definitions.segment,
        max(segment_days.day) as last_day
    from definitions
    inner join segment_days
        on
            definitions.segment = segment_days.segment
            and definitions.definition_version <> segment_days.definition_version
    group by definitions.segment

),

present_versions as (

    select
        segment_days.segment,
        min(segment_days.day) as definition_since
    from segment_days
    left join other_versions on segment_days.segment = other_versions.segment
    where segment_days.day > other_versions.last_day or other_versions.last_day is null
    group by segment_days.segment

)

select
    definitions.segment,
    definitions.family,
    definitions.label,
    definitions.label_fr,
    definitions.description,
    definitions.description_fr,
    definitions.category,
    definitions.owner,
    daily.member_count,
    cast(coalesce(cast(daily.member_count as double) / nullif(contacts.contact_count, 0), 0) as double) as member_share,
    daily.entered_count,
    daily.left_count,
    definitions.definition_version,
    definitions.members_are_published,
    definitions.order_in_family,
    present_versions.definition_since,
    {{ as_of() }} as as_of
from definitions
cross join contacts
left join daily on definitions.segment = daily.segment
left join present_versions on definitions.segment = present_versions.segment
