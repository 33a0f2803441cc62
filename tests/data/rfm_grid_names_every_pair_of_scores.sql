with scores as (

    select 1 as score
    union all
    select 2 as score
    union all
    select 3 as score
    union all
    select 4 as score
    union all
    select 5 as score

)

select
    recency.score as recency_score,
    frequency_monetary.score as frequency_monetary_score
from scores as recency
cross join scores as frequency_monetary
left join {{ ref('rfm_grid') }} as rfm_grid
    on
        recency.score = rfm_grid.recency_score
        and frequency_monetary.score = rfm_grid.frequency_monetary_score
where rfm_grid.rfm_segment is null
