with daily_figures as (

    select
        *,
        -- A figure that is new in the project, or gone from it, says nothing about the data.
        measure = 'rows' or (
            count(figure) over (partition by source, measure, column_name) > 0
            and count(figure_before) over (partition by source, measure, column_name) > 0
        ) as is_comparable
    from {{ ref('daily_figures') }}
    where
        measure in ('rows', 'filled', 'value', 'steady', 'sum', 'length', 'hour', 'machine hour')
        or measure like 'late %'

),

delivered_tables as (

    select * from {{ ref('delivered_tables') }}

),

closed_figures as (

    select
        daily_figures.source,
        daily_figures.measure,
        daily_figures.column_name,
        daily_figures.value,
        daily_figures.day,
        coalesce(daily_figures.figure_before, 0) as was,
        coalesce(daily_figures.figure, 0) as is_now,
        delivered_tables.erased_count
    from daily_figures
    inner join delivered_tables on daily_figures.source = delivered_tables.source
    where
        daily_figures.is_comparable
        and not delivered_tables.is_first
        and (
            daily_figures.day is null
            or (
                -- Orders are still paid, and cases closed, for some weeks.
                daily_figures.measure like 'late %'
                and daily_figures.day < {{ dbt.dateadd('day', -28, 'delivered_tables.known_until') }}
            )
            or (daily_figures.measure not like 'late %' and daily_figures.day < delivered_tables.known_until)
        )

),

spans as (

    select
        *,
        case when day is null then 'undated' else 'all' end as span,
        cast(null as date) as span_begin
    from closed_figures
    union all
    select
        *,
        'week' as span,
        cast({{ dbt.date_trunc('week', 'day') }} as date) as span_begin
    from closed_figures
    where day is not null
    union all
    select
        *,
        'day' as span,
        day as span_begin
    from closed_figures
    where day is not null and measure = 'rows'

),

span_figures as (

    select
        source,
        measure,
        column_name,
        value,
        span,
        span_begin,
        min(day) as first_day,
        max(day) as last_day,
        sum(was) as was,
        sum(is_now) as is_now,
        sum(abs(is_now - was)) as moved,
        max(erased_count) as erased_count
    from spans
    group by source, measure, column_name, value, span, span_begin

)

select
    span_figures.*,
    span_rows.was as rows_before,
    span_rows.is_now as rows_now,
    span_rows.moved as rows_moved
from span_figures
inner join span_figures as span_rows
    on
        span_figures.source = span_rows.source
        and span_figures.span = span_rows.span
        and coalesce(span_figures.span_begin, cast('1900-01-01' as date))
        = coalesce(span_rows.span_begin, cast('1900-01-01' as date))
        and span_rows.measure = 'rows'
where span_figures.was <> 0 and span_rows.was > 0
