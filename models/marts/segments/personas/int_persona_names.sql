{%- set families = var('persona_families') | join("', '") %}
{%- set languages = [('', ' and ', ': '), ('_fr', ' et ', ' : ')] %}
with traits as (

    select * from {{ ref('persona_traits') }}

),

wordings as (

    select * from {{ ref('compared_traits') }}
    where name_place is not null

),

groups as (

    select * from {{ ref('segment_definitions') }}
    where family in ('{{ families }}')

),

-- A name says what holds of half of the members of whom it is known, or more.
common_traits as (

    select
        traits.persona,
        traits.value_label,
        wordings.name_place,
        {%- for suffix, _, _ in languages %}
            min(wordings.name_wording{{ suffix }}) as wording{{ suffix }},
            min(
                case
                    when wordings.name_place < 3 then lower(traits.value_label{{ suffix }})
                    else traits.value_label{{ suffix }}
                end
            ) as words{{ suffix }},
        {%- endfor %}
        max(traits.share - traits.overall_share) as surplus
    from traits
    inner join wordings on traits.trait = wordings.trait
    where
        traits.sets_apart
        and traits.lift > 1
        and traits.share >= 0.5
        and traits.member_count >= {{ var('split_minimum_size') }}
    group by traits.persona, traits.value_label, wordings.name_place

),

-- Of two values of which one begins like the other, such as garden and gardening, the stronger stays.
distinct_traits as (

    select
        weaker.*,
        row_number() over (
            partition by weaker.persona, weaker.name_place
            order by weaker.surplus desc, weaker.value_label asc
        ) as trait_number
    from common_traits as weaker
    left join common_traits as stronger
        on
            weaker.persona = stronger.persona
            and weaker.name_place = stronger.name_place
            and (
                weaker.surplus < stronger.surplus
                or (weaker.surplus = stronger.surplus and weaker.value_label > stronger.value_label)
            )
            and (
                position(stronger.value_label in weaker.value_label) = 1
                or position(weaker.value_label in stronger.value_label) = 1
            )
    where stronger.persona is null

),

-- One value each, but two of what they are into, which is the last.
parts as (

    select
        persona,
        {%- for suffix, conjunction, _ in languages %}
            replace(
                min(wording{{ suffix }}),
                '{value}',
                {{ dbt.listagg('words' ~ suffix, "'" ~ conjunction ~ "'", 'order by trait_number') }}
            ) as part{{ suffix }},
        {%- endfor %}
        name_place
    from distinct_traits
    where trait_number = 1 or (trait_number = 2 and name_place = 4)
    group by persona, name_place

),

names as (

    select
        persona,
        {%- for suffix, _, _ in languages %}
            {{ dbt.listagg('part' ~ suffix, "' '", 'order by name_place') }} as name{{ suffix }},
        {%- endfor %}
        min(name_place) as first_place
    from parts
    group by persona

)

-- A cluster's label is a number, which says nothing.
select
    {%- for suffix, _, colon in languages %}
        case
            when names.persona is null then groups.label{{ suffix }}
            when groups.family <> 'cluster' then groups.label{{ suffix }} || '{{ colon }}' || names.name{{ suffix }}
            when names.first_place > 1 then 'Contacts ' || names.name{{ suffix }}
            else upper(left(names.name{{ suffix }}, 1)) || substring(names.name{{ suffix }}, 2)
        end as name{{ suffix }},
    {%- endfor %}
    groups.segment as persona
from groups
left join names on groups.segment = names.persona
