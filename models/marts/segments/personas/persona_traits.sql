with trait_counts as (

    select * from {{ ref('int_persona_trait_counts') }}

),

probabilities as (

    select * from {{ ref('int_persona_trait_probabilities') }}

),

compared_traits as (

    select * from {{ ref('compared_traits') }}

),

value_labels as (

    select * from {{ ref('int_trait_value_labels') }}

),

comparisons as (

    select
        trait_counts.*,
        probabilities.p_value,
        cast(trait_counts.member_count as double) / trait_counts.known_count as share,
        cast(trait_counts.contact_count as double) / trait_counts.known_contact_count as overall_share,
        row_number() over (
            partition by trait_counts.family
            order by
                probabilities.p_value asc, trait_counts.persona asc, trait_counts.trait asc, trait_counts.value asc
        ) as p_value_number,
        count(*) over (partition by trait_counts.family) as comparison_count
    from trait_counts
    inner join probabilities
        on
            trait_counts.persona = probabilities.persona
            and trait_counts.trait = probabilities.trait
            and trait_counts.value = probabilities.value

),

adjusted_comparisons as (

    select
        *,
        share / overall_share as lift,
        cast(least(1, min(p_value * comparison_count / p_value_number) over (
            partition by family
            order by p_value_number desc
            rows between unbounded preceding and current row
        )) as double) as adjusted_p_value
    from comparisons

)

select
    adjusted_comparisons.persona,
    adjusted_comparisons.trait,
    adjusted_comparisons.value,
    replace(compared_traits.wording, '{value}', adjusted_comparisons.value_label) as label,
    replace(
        compared_traits.wording_fr,
        '{value}',
        coalesce(value_labels.value_label_fr, adjusted_comparisons.value_label)
    ) as label_fr,
    adjusted_comparisons.value_label,
    coalesce(value_labels.value_label_fr, adjusted_comparisons.value_label) as value_label_fr,
    compared_traits.theme,
    adjusted_comparisons.size,
    adjusted_comparisons.known_count,
    adjusted_comparisons.member_count,
    adjusted_comparisons.known_contact_count,
    adjusted_comparisons.contact_count,
    adjusted_comparisons.share,
    adjusted_comparisons.overall_share,
    adjusted_comparisons.lift,
    adjusted_comparisons.p_value,
    adjusted_comparisons.adjusted_p_value,
    adjusted_comparisons.adjusted_p_value <= {{ var('persona_false_discovery_rate') }}
    and (
        adjusted_comparisons.lift >= {{ var('persona_minimum_lift') }}
        or adjusted_comparisons.lift * {{ var('persona_minimum_lift') }} <= 1
    ) as sets_apart,
    {{ as_of() }} as as_of
from adjusted_comparisons
inner join compared_traits on adjusted_comparisons.trait = compared_traits.trait
left join value_labels
    on
        adjusted_comparisons.trait = value_labels.trait
        and {{ word_key('adjusted_comparisons.value') }} = value_labels.value_key
