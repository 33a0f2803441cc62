with split_segments as (

    select * from {{ ref('split_segments') }}

),

recorded_spellings as (

    {{ rows_before({'segment': 'varchar', 'family': 'varchar', 'written_as': 'varchar', 'day': 'date'}) }}

),

spellings as (

    select
        segment,
        family,
        written_as,
        count(*) as contact_count
    from split_segments
    group by segment, family, written_as

),

ranked_spellings as (

    select
        segment,
        family,
        written_as,
        row_number() over (
            partition by segment
            order by contact_count desc, written_as asc
        ) as spelling_number
    from spellings

)

select
    segment,
    family,
    written_as,
    day
from recorded_spellings
where day <> {{ as_of() }}
union all
select
    segment,
    family,
    written_as,
    {{ as_of() }} as day
from ranked_spellings
where spelling_number = 1
