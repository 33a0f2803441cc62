-- A split is declared once, with {value} in the place of the values that are found in the data.
with declared_segments as (

    select * from {{ ref('declared_segments') }}

),

split_days as (

    select * from {{ ref('split_segment_days') }}
    where day <= {{ as_of() }}

),

french_values as (

    select * from {{ ref('trait_values') }}

),

-- Also a value that has too few contacts by now: its segment is empty, not gone.
last_split_days as (

    select
        segment,
        max(day) as day
    from split_days
    group by segment

)

select
    segment,
    family,
    label,
    label_fr,
    description,
    description_fr,
    category,
    owner,
    definition_version,
    members_are_published,
    order_in_family,
    progress
from declared_segments
where segment not like '%{value}'
union all
select
    split_days.segment,
    split_days.family,
    replace(declared_segments.label, '{value}', split_days.written_as) as label,
    replace(
        declared_segments.label_fr, '{value}', coalesce(french_values.label_fr, split_days.written_as)
    ) as label_fr,
    replace(declared_segments.description, '{value}', split_days.written_as) as description,
    replace(
        declared_segments.description_fr, '{value}', coalesce(french_values.label_fr, split_days.written_as)
    ) as description_fr,
    declared_segments.category,
    declared_segments.owner,
    declared_segments.definition_version,
    declared_segments.members_are_published,
    declared_segments.order_in_family,
    declared_segments.progress
from split_days
inner join last_split_days on split_days.segment = last_split_days.segment and split_days.day = last_split_days.day
inner join declared_segments
    on
        split_days.family = declared_segments.family
        and declared_segments.segment like '%{value}'
left join french_values
    on
        split_days.family = french_values.trait
        and {{ word_key('split_days.written_as') }} = {{ word_key('french_values.value') }}
