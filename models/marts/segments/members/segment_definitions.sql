-- A split is declared once, with {value} in the place of the values that are found in the data.
{%- set definitions = declared_segments() %}
with declared_definitions as (

    {%- for definition in definitions %}
    select
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.segment)) }} as segment,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.family)) }} as family,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.label)) }} as label,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.description)) }} as description,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.category)) }} as category,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.owner)) }} as owner,
        '{{ definition.version }}' as definition_version,
        {{ definition.get('members_are_published', true) | string | lower }} as members_are_published,
        cast({{ definition.get('order_in_family', 'null') }} as integer) as order_in_family,
        cast({{ definition.get('progress', 'null') }} as integer) as progress
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segment,
        cast(null as {{ dbt.type_string() }}) as family,
        cast(null as {{ dbt.type_string() }}) as label,
        cast(null as {{ dbt.type_string() }}) as description,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as owner,
        cast(null as {{ dbt.type_string() }}) as definition_version,
        cast(null as {{ dbt.type_boolean() }}) as members_are_published,
        cast(null as integer) as order_in_family,
        cast(null as integer) as progress
    where false
    {%- endfor %}

),

split_days as (

    select * from {{ ref('split_segment_days') }}
    where day <= {{ as_of() }}

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
    description,
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
    replace(declared_definitions.description, '{value}', split_days.written_as) as description,
    declared_definitions.category,
    declared_definitions.owner,
    declared_definitions.definition_version,
    declared_definitions.members_are_published,
    declared_definitions.order_in_family,
    declared_definitions.progress
from split_days
inner join last_split_days on split_days.segment = last_split_days.segment and split_days.day = last_split_days.day
inner join declared_definitions on split_days.family = declared_definitions.family and declared_definitions.segment like '%{value}'
