with daily_figures as (

    select * from {{ ref('daily_figures') }}

),

delivered_rows as (

    select
        source,
        sum(figure) as row_count,
        sum(figure_before) as row_count_before
    from daily_figures
    where measure = 'delivered'
    group by source

),

faults as (

    select
        source,
        measure,
        case when measure = 'fault' then column_name else value end as subject,
        sum(figure) as found_count,
        sum(figure_before) as count_before
    from daily_figures
    where
        measure = 'fault' or (measure = 'rejected' and value not like 'erased%')
    group by source, measure, case when measure = 'fault' then column_name else value end

),

shares as (

    select
        faults.source,
        faults.measure,
        faults.subject,
        faults.found_count,
        faults.found_count / delivered_rows.row_count as found,
        coalesce(faults.count_before / delivered_rows.row_count_before, 0) as expected
    from faults
    inner join delivered_rows on faults.source = delivered_rows.source

),

rows_to_come as (

    select
        source,
        min(day) as first_day,
        max(day) as last_day,
        sum(figure) as found_count,
        coalesce(sum(figure_before), 0) as count_before
    from daily_figures
    where measure = 'rows' and day > {{ last_day_to_come() }}
    group by source

)

select
    source,
    measure as rule,
    subject,
    cast(null as date) as first_day,
    cast(null as date) as last_day,
    expected,
    expected + 0.02 as bound,
    found,
    {{ percent('found') }} || ' of the rows break: ' || subject
    || ' (before ' || {{ percent('expected') }} || ')' as sentence
from shares
where
    found_count > 20 and found > expected + 0.02
    -- What was accepted before is in nobody's mind when it grows.
    and (
        expected > 0.02
        or not exists (
            select 1 from {{ ref('file_breaches') }} as breaches
            where breaches.source = shares.source and breaches.subject like '%' || shares.subject
        )
    )
union all
select
    source,
    'later than today' as rule,
    '' as subject,
    first_day,
    last_day,
    count_before as expected,
    1.5 * count_before + 20 as bound,
    found_count as found,
    {{ rounded('found_count') }} || ' rows are dated later than today, up to '
    || {{ text_of_day('last_day') }} as sentence
from rows_to_come
where found_count > 1.5 * count_before + 20
