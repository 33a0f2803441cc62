-- What sets a persona apart most, of each trait the value with the largest lift.
select
    persona,
    trait,
    value,
    label,
    share,
    overall_share,
    lift
from persona_traits
where sets_apart and lift > 1
qualify
    row_number() over (partition by persona, trait order by lift desc, value asc) = 1
order by persona asc, lift desc, trait asc, value asc
