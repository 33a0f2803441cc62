-- Each band begins where the one before it ends, the first at 0, and the last has no end.
with bands as (

    select
        measure,
        band,
        from_amount as from_value,
        below_amount as below_value
    from {{ ref('amount_bands') }}
    union all
    select
        'age_band' as measure,
        age_band as band,
        from_age as from_value,
        below_age as below_value
    from {{ ref('age_bands') }}

),

neighbours as (

    select
        *,
        lag(below_value, 1, 0) over (partition by measure order by from_value asc) as expected_from_value,
        lead(from_value) over (partition by measure order by from_value asc) as next_from_value
    from bands

)

select *
from neighbours
where
    from_value <> expected_from_value
    or expected_from_value is null
    or coalesce(below_value, -1) <> coalesce(next_from_value, -1)
