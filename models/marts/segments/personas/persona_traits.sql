{% set families = var('persona_families') | join("', '") %}
with contact_traits as (

    select * from {{ ref('persona_contact_traits') }}

),

compared_traits as (

    select * from {{ ref('compared_traits') }}

),

groups as (

    select * from {{ ref('segments') }}
    where family in ('{{ families }}')

),

contacts as (

    select
        contact_id,
        row_number() over (order by contact_id) - 1 as number
    from {{ ref('dim_contacts') }}

),

members as (

    select
        members.contact_id,
        groups.family,
        groups.segment as persona
    from {{ ref('segment_members') }} as members
    inner join groups on members.segment = groups.segment

),

-- A family says nothing about itself.
member_traits as (

    select
        members.family,
        members.persona,
        members.contact_id,
        contact_traits.trait,
        contact_traits.value,
        contact_traits.value_label
    from members
    inner join contact_traits
        on
            members.contact_id = contact_traits.contact_id
            and members.family <> contact_traits.trait

),

-- Who has no value of a trait is not known to be without it, and is left out of its shares. So is, by
-- the same token, who is in no group of the family: champions are compared with other customers.
known_contacts as (

    select
        family,
        trait,
        count(distinct contact_id) as known_contact_count
    from member_traits
    group by family, trait

),

known_members as (

    select
        persona,
        trait,
        count(distinct contact_id) as known_count
    from member_traits
    group by persona, trait

),

trait_contacts as (

    select
        family,
        trait,
        value,
        min(value_label) as value_label,
        count(*) as contact_count
    from member_traits
    group by family, trait, value
    having count(*) >= {{ var('persona_minimum_size') }}

),

trait_members as (

    select
        persona,
        trait,
        value,
        count(*) as member_count
    from member_traits
    group by persona, trait, value

),

-- Traits that nobody in the group has are compared, too.
counts as (

    select
        groups.segment as persona,
        groups.family,
        groups.member_count as size,
        trait_contacts.trait,
        trait_contacts.value,
        trait_contacts.value_label,
        coalesce(trait_members.member_count, 0) as member_count,
        known_members.known_count,
        trait_contacts.contact_count,
        known_contacts.known_contact_count,
        cast(known_members.known_count as double) * trait_contacts.contact_count / known_contacts.known_contact_count
            as expected_count
    from groups
    inner join known_members on groups.segment = known_members.persona
    inner join trait_contacts
        on
            groups.family = trait_contacts.family
            and known_members.trait = trait_contacts.trait
    inner join known_contacts
        on
            groups.family = known_contacts.family
            and known_members.trait = known_contacts.trait
    left join trait_members
        on
            groups.segment = trait_members.persona
            and trait_contacts.trait = trait_members.trait
            and trait_contacts.value = trait_members.value
    where
        groups.member_count >= {{ var('persona_minimum_size') }}
        and known_members.known_count >= {{ var('persona_minimum_size') }}

),

-- The tail begins at the count seen and leads away from the one expected, as far as there can be
-- members. Beyond twelve standard deviations and forty counts nothing is left that a double can show
-- beside the tail's beginning.
tails as (

    select
        *,
        case when member_count >= expected_count then 1 else -1 end as direction,
        least(
            case
                when member_count >= expected_count and known_count <= contact_count then known_count - member_count
                when member_count >= expected_count then contact_count - member_count
                when known_count + contact_count > known_contact_count
                    then member_count - (known_count + contact_count - known_contact_count)
                else member_count
            end,
            40 + 12 * sqrt(
                expected_count
                * (known_contact_count - contact_count) / known_contact_count
                * (known_contact_count - known_count) / known_contact_count
            )
        ) as last_step
    from counts

),

steps as (

    select number as step
    from contacts
    where number <= (select max(tails.last_step) from tails)

),

tail_counts as (

    select
        tails.*,
        tails.member_count + tails.direction * steps.step as tail_count
    from tails
    inner join steps on tails.last_step >= steps.step

),

-- How likely a draw of so many contacts without putting back is to have so many with the trait:
-- the hypergeometric distribution.
probabilities as (

    select
        persona,
        trait,
        value,
        least(1, 2 * sum(exp(
            {{ log_factorial('known_count') }}
            + {{ log_factorial('known_contact_count - known_count') }}
            + {{ log_factorial('contact_count') }}
            + {{ log_factorial('known_contact_count - contact_count') }}
            - {{ log_factorial('known_contact_count') }}
            - {{ log_factorial('tail_count') }}
            - {{ log_factorial('known_count - tail_count') }}
            - {{ log_factorial('contact_count - tail_count') }}
            - {{ log_factorial('known_contact_count - known_count - contact_count + tail_count') }}
        ))) as p_value
    from tail_counts
    group by persona, trait, value

),

compared as (

    select
        counts.*,
        probabilities.p_value,
        cast(counts.member_count as double) / counts.known_count as share,
        cast(counts.contact_count as double) / counts.known_contact_count as overall_share,
        row_number() over (
            partition by counts.family
            order by probabilities.p_value asc, counts.persona asc, counts.trait asc, counts.value asc
        ) as p_value_number,
        count(*) over (partition by counts.family) as comparison_count
    from counts
    inner join probabilities
        on
            counts.persona = probabilities.persona
            and counts.trait = probabilities.trait
            and counts.value = probabilities.value

),

adjusted as (

    select
        *,
        share / overall_share as lift,
        least(1, min(p_value * comparison_count / p_value_number) over (
            partition by family
            order by p_value_number desc
            rows between unbounded preceding and current row
        )) as adjusted_p_value
    from compared

)

select
    adjusted.persona,
    adjusted.trait,
    adjusted.value,
    replace(compared_traits.wording, '{value}', adjusted.value_label) as label,
    adjusted.value_label,
    compared_traits.theme,
    adjusted.size,
    adjusted.known_count,
    adjusted.member_count,
    adjusted.known_contact_count,
    adjusted.contact_count,
    adjusted.share,
    adjusted.overall_share,
    adjusted.lift,
    cast(adjusted.p_value as double) as p_value,
    cast(adjusted.adjusted_p_value as double) as adjusted_p_value,
    adjusted.adjusted_p_value <= {{ var('persona_false_discovery_rate') }}
    and (
        adjusted.lift >= {{ var('persona_minimum_lift') }}
        or adjusted.lift * {{ var('persona_minimum_lift') }} <= 1
    ) as sets_apart,
    {{ as_of() }} as as_of
from adjusted
inner join compared_traits on adjusted.trait = compared_traits.trait
