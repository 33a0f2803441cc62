with trait_counts as (

    select
        *,
        cast(known_count as double) * contact_count / known_contact_count as expected_count
    from {{ ref('int_persona_trait_counts') }}

),

contacts as (

    select row_number() over (order by contact_id) - 1 as number
    from {{ ref('dim_contacts') }}

),

-- The tail begins at the count seen and leads away from the one expected, as far as there can be
-- members. Beyond twelve standard deviations and forty counts nothing is left that a double can show
-- beside the tail's beginning.
tails as (

    select
        *,
        case when member_count >= expected_count then 1 else -1 end as direction,
        {{ log_factorial('known_count') }}
        + {{ log_factorial('known_contact_count - known_count') }}
        + {{ log_factorial('contact_count') }}
        + {{ log_factorial('known_contact_count - contact_count') }}
        - {{ log_factorial('known_contact_count') }} as log_factorials_of_margins,
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
    from trait_counts

),

tail_steps as (

    select number as step
    from contacts
    where number <= (select max(tails.last_step) from tails)

),

tail_counts as (

    select
        tails.*,
        tails.member_count + tails.direction * tail_steps.step as tail_count
    from tails
    inner join tail_steps on tails.last_step >= tail_steps.step

),

-- How likely a draw of so many contacts without putting back is to have so many with the trait:
-- the hypergeometric distribution.
tail_probabilities as (

    select
        persona,
        trait,
        value,
        log_factorials_of_margins
        - {{ log_factorial('tail_count') }}
        - {{ log_factorial('known_count - tail_count') }}
        - {{ log_factorial('contact_count - tail_count') }}
        - {{ log_factorial('known_contact_count - known_count - contact_count + tail_count') }} as log_probability
    from tail_counts

)

select
    persona,
    trait,
    value,
    cast(least(1, 2 * sum({{ exponential('log_probability') }})) as double) as p_value
from tail_probabilities
group by persona, trait, value
