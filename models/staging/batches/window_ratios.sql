with daily_figures as (

    select * from {{ ref('daily_figures') }}
    where figure is not null and day is not null

),

delivered_tables as (

    select * from {{ ref('delivered_tables') }}

),

numbers as (

    {{ numbers(60) }}

),

judged_windows as (

    select
        delivered_tables.source,
        delivered_tables.first_day as table_begins_on,
        cast({{ dbt.dateadd('day', '-days.number', 'delivered_tables.judged_until') }} as date) as judged_day,
        widths.number as width
    from delivered_tables
    inner join numbers as days
        on {{ dbt.dateadd('day', '-days.number', 'delivered_tables.judged_until') }} >= delivered_tables.judged_from
    inner join numbers as widths on widths.number in (1, 3, 7)

),

-- The same days of the eight weeks before; the ninth is the same date of the year before.
compared_windows as (

    select
        judged_windows.*,
        weeks.number as weeks_back,
        cast(case
            when weeks.number = 9 then {{ dbt.dateadd('year', -1, 'judged_windows.judged_day') }}
            else {{ dbt.dateadd('day', '-7 * weeks.number', 'judged_windows.judged_day') }}
        end as date) as last_day
    from judged_windows
    inner join numbers as weeks on weeks.number <= 9

),

windows as (

    select
        *,
        cast({{ dbt.dateadd('day', '1 - width', 'last_day') }} as date) as first_day
    from compared_windows

),

totals as (

    select
        windows.source,
        windows.judged_day,
        windows.width,
        windows.weeks_back,
        daily_figures.measure,
        daily_figures.column_name,
        daily_figures.value,
        sum(daily_figures.figure) as total
    from windows
    inner join daily_figures
        on
            windows.source = daily_figures.source
            and windows.first_day <= daily_figures.day
            and windows.last_day >= daily_figures.day
    where daily_figures.measure in ('rows', 'filled', 'value', 'steady', 'log', 'hour', 'largest', 'repeated')
    group by
        windows.source, windows.judged_day, windows.width, windows.weeks_back,
        daily_figures.measure, daily_figures.column_name, daily_figures.value

),

series as (

    select distinct
        source,
        measure,
        column_name,
        value
    from totals

),

ratios as (

    select
        windows.source,
        windows.judged_day,
        windows.first_day,
        windows.width,
        windows.weeks_back,
        windows.first_day >= windows.table_begins_on as is_in_history,
        series.measure,
        series.column_name,
        series.value,
        coalesce(totals.total, 0) as total,
        case when series.measure = 'rows' then windows.width else bases.total end as base,
        coalesce(totals.total, 0)
        / nullif(case when series.measure = 'rows' then windows.width else bases.total end, 0) as ratio
    from windows
    inner join series on windows.source = series.source
    left join totals
        on
            windows.source = totals.source
            and windows.judged_day = totals.judged_day
            and windows.width = totals.width
            and windows.weeks_back = totals.weeks_back
            and series.measure = totals.measure
            and series.column_name = totals.column_name
            and series.value = totals.value
    left join totals as bases
        on
            windows.source = bases.source
            and windows.judged_day = bases.judged_day
            and windows.width = bases.width
            and windows.weeks_back = bases.weeks_back
            and bases.measure = case series.measure when 'log' then 'filled' else 'rows' end
            and bases.column_name = case series.measure when 'log' then series.column_name else '' end

)

select * from ratios
