with daily_figures as (

    select * from {{ ref('daily_figures') }}

),

builds as (

    select max(day) as as_of_before from daily_figures
    where measure = 'as_of' and figure_before is not null

),

row_days as (

    select
        daily_figures.source,
        daily_figures.day,
        daily_figures.figure,
        daily_figures.figure_before,
        builds.as_of_before
    from daily_figures
    cross join builds
    where daily_figures.measure = 'rows'

),

tables as (

    select
        source,
        sum(figure_before) is null as is_first,
        min(day) as first_day,
        max(case when figure > 0 and day <= {{ as_of() }} then day end) as last_day,
        max(case when figure_before > 0 and day <= as_of_before then day end) as known_until
    from row_days
    group by source

),

erased as (

    select
        source,
        abs(sum(coalesce(figure, 0) - coalesce(figure_before, 0))) as erased_count
    from daily_figures
    where measure = 'rejected' and value like 'erased%'
    group by source

),

ends as (

    select
        *,
        least(max(last_day) over (), {{ last_whole_day() }}) as judged_until
    from tables

)

select
    ends.source,
    ends.is_first,
    ends.first_day,
    ends.known_until,
    -- The newest day of the last delivery may not have been whole.
    cast(greatest(
        coalesce(ends.known_until, {{ dbt.dateadd('day', -27, 'ends.judged_until') }}),
        {{ dbt.dateadd('day', -59, 'ends.judged_until') }}
    ) as date) as judged_from,
    ends.judged_until,
    coalesce(erased.erased_count, 0) as erased_count
from ends
left join erased on ends.source = erased.source
