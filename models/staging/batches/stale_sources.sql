with daily_figures as (

    select * from {{ ref('daily_figures') }}

),

-- What is dated later says nothing about today.
dated_rows as (

    select
        source,
        column_name as what,
        day,
        figure as row_count,
        sum(figure) over (partition by source, column_name order by day desc) as rows_from_here,
        sum(figure) over (partition by source, column_name) as all_rows
    from daily_figures
    where measure = 'dated' and figure is not null and day <= {{ as_of() }}

),

rough_ends as (

    select
        source,
        what,
        max(day) as ends_on
    from dated_rows
    where rows_from_here > 1 and rows_from_here > 0.01 * all_rows
    group by source, what

),

last_years as (

    select
        dated_rows.*,
        sum(dated_rows.row_count) over (partition by dated_rows.source, dated_rows.what) as year_rows
    from dated_rows
    inner join rough_ends on dated_rows.source = rough_ends.source and dated_rows.what = rough_ends.what
    where dated_rows.day > {{ dbt.dateadd('day', -365, 'rough_ends.ends_on') }} and dated_rows.all_rows >= 10

),

-- The newest rows, 1 % of a year's and at least one, are not believed: a few may have a wrong date.
bulks as (

    select
        source,
        what,
        max(case when rows_from_here > 1 and rows_from_here > 0.01 * year_rows then day end) as ends_on,
        min(day) as begins_on,
        max(year_rows) as year_rows
    from last_years
    group by source, what

),

asked as (

    {{ asked_freshness() }}

),

asked_bulks as (

    select
        bulks.*,
        asked.within_days,
        {{ as_of() }} as as_of
    from bulks
    inner join asked on bulks.source = asked.source and bulks.what = asked.what

),

ends as (

    select
        *,
        {{ dbt.datediff('ends_on', 'as_of', 'day') }} as days_ago,
        {{ dbt.datediff('begins_on', 'ends_on', 'day') }} as bulk_days
    from asked_bulks

)

select
    source,
    'stale' as rule,
    what as subject,
    begins_on as first_day,
    ends_on as last_day,
    cast(null as double) as expected,
    -- Who is rarely there may be away for eight times the usual gap.
    cast(greatest(within_days, 8 * bulk_days / year_rows) as double) as bound,
    cast(days_ago as double) as found,
    'the bulk of ' || what || ' ends on ' || {{ text_of_day('ends_on') }} || ', ' || {{ rounded('days_ago') }}
    || ' days before the day wanted' as sentence
from ends
where days_ago > greatest(within_days, 8 * bulk_days / year_rows)
