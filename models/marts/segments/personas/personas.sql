with segments as (

    select * from {{ ref('segments') }}

),

figures as (

    select * from {{ ref('int_persona_figures') }}

),

names as (

    select * from {{ ref('int_persona_names') }}

),

typical_members as (

    select * from {{ ref('int_persona_typical_members') }}

),

advice as (

    select * from {{ ref('int_persona_advice') }}

),

reporting_currency as (

    select * from {{ ref('dim_reporting_currency') }}

),

all_contacts as (

    select sum(total_amount) as total_amount
    from {{ ref('dim_contacts') }}

),

distinctive_traits as (

    select
        persona,
        trait,
        value,
        label,
        label_fr,
        share,
        overall_share,
        lift
    from {{ ref('persona_traits') }}
    where sets_apart

),

trait_lists as (

    select
        distinctive_traits.persona,
        {{ dbt.listagg(
            row_as_json('distinctive_traits'), "', '",
            'order by distinctive_traits.lift desc, distinctive_traits.trait, distinctive_traits.value'
        ) }} as traits
    from distinctive_traits
    group by distinctive_traits.persona

)

select
    figures.persona,
    segments.family,
    names.name,
    names.name_fr,
    typical_members.first_name as invented_name,
    segments.label,
    segments.label_fr,
    segments.description,
    segments.description_fr,
    figures.size,
    segments.member_share as share,
    '[' || coalesce(trait_lists.traits, '') || ']' as traits,
    figures.total_amount,
    case
        when all_contacts.total_amount = 0 then cast(0 as double)
        else cast(figures.total_amount / all_contacts.total_amount as double)
    end as amount_share,
    cast(figures.total_amount / figures.size as double) as amount_per_member,
    reporting_currency.currency,
    figures.contactable_share,
    typical_members.typical_gender,
    figures.typical_age,
    typical_members.typical_city,
    typical_members.typical_occupation_group,
    typical_members.typical_occupation_group_fr,
    typical_members.typical_language,
    typical_members.typical_category,
    typical_members.typical_category_fr,
    typical_members.typical_acquisition_channel,
    typical_members.typical_acquisition_channel_fr,
    figures.typical_channel,
    typical_members.typical_reading_hour,
    figures.typical_emails_per_month,
    advice.advised_topics,
    advice.advised_topics_fr,
    advice.advised_tone,
    advice.advised_tone_fr,
    advice.advised_frequency,
    advice.advised_frequency_fr,
    advice.advised_channel,
    advice.advised_channel_fr,
    advice.advised_offer,
    advice.advised_offer_fr,
    {{ as_of() }} as as_of
from figures
inner join segments on figures.persona = segments.segment
inner join names on figures.persona = names.persona
cross join all_contacts
cross join reporting_currency
left join typical_members on figures.persona = typical_members.persona
left join advice on figures.persona = advice.persona
left join trait_lists on figures.persona = trait_lists.persona
