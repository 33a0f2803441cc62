{{ config(materialized='view') }}
{%- set families = var('persona_families') | join("', '") %}

with traits as (

    select * from {{ ref('persona_traits') }}

),

groups as (

    select * from {{ ref('segment_definitions') }}
    where family in ('{{ families }}')

),

figures as (

    select * from {{ ref('int_persona_figures') }}

),

advice as (

    select * from {{ ref('persona_advice') }}

),

subjects as (

    select
        persona,
        value_label as subject,
        max(case when sets_apart and lift > 1 then 1 else 0 end) as is_over_represented,
        max(member_count) as member_count
    from traits
    where trait in ('topic', 'interest', 'category') and member_count >= {{ var('split_minimum_size') }}
    group by persona, value_label

),

ranked_subjects as (

    select
        persona,
        subject,
        row_number() over (
            partition by persona
            order by is_over_represented desc, member_count desc, subject asc
        ) as subject_number
    from subjects

),

advised_subjects as (

    select
        persona,
        {{ dbt.listagg('subject', "', '", 'order by subject_number') }} as topics
    from ranked_subjects
    where subject_number <= 3
    group by persona

),

-- A group is also what it is called after: lifecycle_new_customer has lifecycle = new_customer.
distinctive_values as (

    select
        persona,
        trait,
        value
    from traits
    where sets_apart and lift > 1
    union all
    select
        segment as persona,
        family as trait,
        substring(segment, length(family) + 2) as value
    from groups
    union all
    select
        persona,
        'channel' as trait,
        typical_channel as value
    from figures

),

ranked_advice as (

    select
        groups.segment as persona,
        advice.aspect,
        advice.advice,
        row_number() over (
            partition by groups.segment, advice.aspect
            order by advice.priority
        ) as advice_number
    from groups
    cross join advice
    left join distinctive_values
        on
            groups.segment = distinctive_values.persona
            and advice.trait = distinctive_values.trait
            and advice.value = distinctive_values.value
    where distinctive_values.persona is not null or advice.trait is null

)

select
    ranked_advice.persona,
    advised_subjects.topics as advised_topics,
    max(case when ranked_advice.aspect = 'tone' then ranked_advice.advice end) as advised_tone,
    max(case when ranked_advice.aspect = 'frequency' then ranked_advice.advice end) as advised_frequency,
    max(case when ranked_advice.aspect = 'channel' then ranked_advice.advice end) as advised_channel,
    max(case when ranked_advice.aspect = 'offer' then ranked_advice.advice end) as advised_offer
from ranked_advice
left join advised_subjects on ranked_advice.persona = advised_subjects.persona
where ranked_advice.advice_number = 1
group by ranked_advice.persona, advised_subjects.topics
