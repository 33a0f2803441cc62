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
        min(value_label_fr) as subject_fr,
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
        subject_fr,
        row_number() over (
            partition by persona
            order by is_over_represented desc, member_count desc, subject asc
        ) as subject_number
    from subjects

),

advised_subjects as (

    select
        persona,
        {{ dbt.listagg('subject', "', '", 'order by subject_number') }} as topics,
        {{ dbt.listagg('subject_fr', "', '", 'order by subject_number') }} as topics_fr,
        max(case when subject_number = 1 then subject end) as first_subject,
        max(case when subject_number = 1 then subject_fr end) as first_subject_fr
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
        advised_subjects.topics,
        advised_subjects.topics_fr,
        advice.aspect,
        replace(advice.advice, '{subject}', coalesce(advised_subjects.first_subject, '')) as advice,
        replace(advice.advice_fr, '{subject}', coalesce(advised_subjects.first_subject_fr, '')) as advice_fr,
        row_number() over (
            partition by groups.segment, advice.aspect
            order by advice.priority
        ) as advice_number
    from groups
    cross join advice
    left join advised_subjects on groups.segment = advised_subjects.persona
    left join distinctive_values
        on
            groups.segment = distinctive_values.persona
            and advice.trait = distinctive_values.trait
            and advice.value = distinctive_values.value
    where
        (distinctive_values.persona is not null or advice.trait is null)
        and (advised_subjects.persona is not null or advice.advice not like '%{subject}%')

)

select
    {%- for aspect in ['tone', 'frequency', 'channel', 'offer'] %}
        max(case when aspect = '{{ aspect }}' then advice end) as advised_{{ aspect }},
        max(case when aspect = '{{ aspect }}' then advice_fr end) as advised_{{ aspect }}_fr,
    {%- endfor %}
    topics as advised_topics,
    topics_fr as advised_topics_fr,
    persona
from ranked_advice
where advice_number = 1
group by persona, topics, topics_fr
