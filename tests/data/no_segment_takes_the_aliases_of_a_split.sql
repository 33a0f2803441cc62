-- Which values a split finds is up to the data: a city_centre beside the split city would one day meet a
-- city named Centre. So no other alias may begin like a split's.
with declared_segments as (

    select * from {{ ref('declared_segments') }}

)

select 'segment ' || others.segment || ' begins like a split: ' || splits.beginning as problem
from declared_segments as splits
inner join declared_segments as others
    on
        splits.segment <> others.segment
        and left(others.segment, length(splits.beginning)) = splits.beginning
