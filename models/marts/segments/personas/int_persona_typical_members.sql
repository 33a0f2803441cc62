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

value_labels as (

    select * from {{ ref('int_trait_value_labels') }}

),

-- A value that only a few share is not said of the typical member.
ranked_values as (

    select
        trait_counts.persona,
        trait_counts.trait,
        trait_counts.value,
        trait_counts.value_label,
        coalesce(value_labels.value_label_fr, trait_counts.value_label) as value_label_fr,
        row_number() over (
            partition by trait_counts.persona, trait_counts.trait
            order by trait_counts.member_count desc, trait_counts.value asc
        ) as value_number
    from trait_counts
    left join value_labels
        on trait_counts.trait = value_labels.trait and {{ word_key('trait_counts.value') }} = value_labels.value_key
    where
        trait_counts.member_count >= {{ var('split_minimum_size') }}
        and (trait_counts.trait <> 'gender' or trait_counts.value <> 'other')

),

commonest_values as (

    select
        persona,
        max(case when trait = 'gender' then value end) as typical_gender,
        max(case when trait = 'language' then value end) as typical_language,
        max(case when trait = 'city' then value_label end) as typical_city,
        {%- for trait in ['occupation_group', 'category', 'acquisition_channel'] %}
            max(case when trait = '{{ trait }}' then value_label end) as typical_{{ trait }},
            max(case when trait = '{{ trait }}' then value_label_fr end) as typical_{{ trait }}_fr,
        {%- endfor %}
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
    commonest_values.typical_occupation_group_fr,
    commonest_values.typical_language,
    commonest_values.typical_category,
    commonest_values.typical_category_fr,
    commonest_values.typical_acquisition_channel,
    commonest_values.typical_acquisition_channel_fr,
    commonest_values.typical_reading_hour
from groups
left join suitable_names
    on
        groups.persona = suitable_names.persona
        and suitable_names.name_number = mod(suitable_names.group_number, suitable_names.name_count)
left join commonest_values on groups.persona = commonest_values.persona
