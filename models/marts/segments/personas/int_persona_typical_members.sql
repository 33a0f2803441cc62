{{ config(materialized='view') }}
{%- set families = var('persona_families') | join("', '") %}

with trait_counts as (

    select * from {{ ref('int_persona_trait_counts') }}

),

groups as (

    select
        segment as persona,
        row_number() over (order by {{ dbt.hash('segment') }}, segment) - 1 as group_number
    from {{ ref('segment_definitions') }}
    where family in ('{{ families }}')

),

contacts as (

    select * from {{ ref('dim_contacts') }}

),

first_names as (

    select * from {{ ref('persona_names') }}

),

-- A value that only a few share is not said of the typical member.
ranked_values as (

    select
        persona,
        trait,
        value,
        value_label,
        row_number() over (
            partition by persona, trait
            order by member_count desc, value asc
        ) as value_number
    from trait_counts
    where member_count >= {{ var('split_minimum_size') }} and (trait <> 'gender' or value <> 'other')

),

commonest_values as (

    select
        persona,
        max(case when trait = 'gender' then value end) as typical_gender,
        max(case when trait = 'language' then value end) as typical_language,
        max(case when trait = 'city' then value_label end) as typical_city,
        max(case when trait = 'occupation_group' then value_label end) as typical_occupation_group,
        max(case when trait = 'category' then value_label end) as typical_category,
        max(case when trait = 'acquisition_channel' then value_label end) as typical_acquisition_channel,
        cast(max(case when trait = 'reading_hour' then value end) as integer) as typical_reading_hour
    from ranked_values
    where value_number = 1
    group by persona

),

-- Nobody among the contacts has the name.
free_names as (

    select first_names.*
    from first_names
    left join contacts on lower(first_names.first_name) = lower(contacts.first_name)
    where contacts.contact_id is null

),

languages_of_names as (

    select distinct language
    from free_names

),

named_groups as (

    select
        groups.persona,
        groups.group_number,
        commonest_values.typical_gender as gender,
        coalesce(languages_of_names.language, 'en') as language
    from groups
    left join commonest_values on groups.persona = commonest_values.persona
    left join languages_of_names on commonest_values.typical_language = languages_of_names.language

),

suitable_names as (

    select
        named_groups.persona,
        named_groups.group_number,
        free_names.first_name,
        row_number() over (
            partition by named_groups.persona
            order by {{ dbt.hash('free_names.first_name') }}, free_names.first_name
        ) - 1 as name_number,
        count(*) over (partition by named_groups.persona) as name_count
    from named_groups
    inner join free_names
        on
            named_groups.language = free_names.language
            and (named_groups.gender = free_names.gender or named_groups.gender is null)

)

-- Groups and names are both in the order of their hashes: as long as there are more names than groups,
-- no two groups get the same one.
select
    groups.persona,
    suitable_names.first_name,
    commonest_values.typical_gender,
    commonest_values.typical_city,
    commonest_values.typical_occupation_group,
    commonest_values.typical_language,
    commonest_values.typical_category,
    commonest_values.typical_acquisition_channel,
    commonest_values.typical_reading_hour
from groups
left join suitable_names
    on
        groups.persona = suitable_names.persona
        and suitable_names.name_number = mod(suitable_names.group_number, suitable_names.name_count)
left join commonest_values on groups.persona = commonest_values.persona
