with definitions as (

    select * from {{ ref('segment_definitions') }}

),

recorded_days as (

    {{ rows_before({'segment': 'varchar', 'day': 'date', 'definition_version': 'varchar'}) }}

)

select
    segment,
    day,
    definition_version
from recorded_days
where day <> {{ as_of() }}
union all
select
    segment,
    {{ as_of() }} as day,
    definition_version
from definitions
