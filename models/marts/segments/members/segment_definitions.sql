-- A split is declared once, with {value} in the place of the values that are found in the data.
with declared_definitions as (

    {{ declared_definitions() }}

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
from declared_definitions
where segment not like '%{value}'
union all
select
    split_days.segment,
    split_days.family,
    replace(declared_definitions.label, '{value}', split_days.written_as) as label,
    replace(
        declared_definitions.label_fr, '{value}', coalesce(french_values.label_fr, split_days.written_as)
    ) as label_fr,
    replace(declared_definitions.description, '{value}', split_days.written_as) as description,
    replace(
        declared_definitions.description_fr, '{value}', coalesce(french_values.label_fr, split_days.written_as)
    ) as description_fr,
    declared_definitions.category,
    declared_definitions.owner,
    declared_definitions.definition_version,
    declared_definitions.members_are_published,
    declared_definitions.order_in_family,
    declared_definitions.progress
from split_days
inner join last_split_days on split_days.segment = last_split_days.segment and split_days.day = last_split_days.day
inner join declared_definitions
    on
        split_days.family = declared_definitions.family
        and declared_definitions.segment like '%{value}'
left join french_values
    on
        split_days.family = french_values.trait
        and {{ word_key('split_days.written_as') }} = {{ word_key('french_values.value') }}
