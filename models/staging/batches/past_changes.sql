with past_figures as (

    select
        *,
        -- Rows without a day may have come in addition: what was is scaled up to as many rows.
        case when span = 'undated' and rows_now > rows_before then rows_now / rows_before else 1 end as growth,
        case
            when measure = 'sum' then 'sum'
            when measure like '%hour' then 'hour'
            when measure = 'length' then 'length'
            else 'count'
        end as kind
    from {{ ref('past_figures') }}

),

changes as (

    select
        *,
        case when span = 'undated' then abs(is_now / growth - was) else moved end
        / case when kind in ('sum', 'length') then abs(was) else rows_before end as change,
        case
            when kind = 'sum' then case span when 'week' then 0.3 else 0.1 end
            when kind = 'length' then case span when 'week' then 0.2 else 0.03 end
            when kind = 'hour' then case span when 'week' then 1 else 0.3 end
            else case span when 'week' then 0.2 else 0.05 end
        end
        -- What rows that came or went, or were erased, explain.
        + case kind when 'sum' then 5 when 'hour' then 24 else 1 end
        * case when measure = 'rows' then erased_count else rows_moved end / rows_before as change_limit
    from past_figures
    where span <> 'day' and rows_before >= case span when 'week' then 20 else 50 end

),

largest_changes as (

    select
        *,
        min(first_day) over (partition by source, measure, column_name, span) as first_changed_day,
        max(last_day) over (partition by source, measure, column_name, span) as last_changed_day,
        row_number() over (
            partition by source, measure, column_name
            order by case span when 'week' then 1 else 0 end asc, change desc, span_begin asc, value asc
        ) as place
    from changes
    where change > change_limit and not (measure = 'rows' and span = 'undated')

),

lost_values as (

    select * from past_figures
    where
        (measure like '%value' or measure like '%steady')
        and span = 'all'
        and was >= 20
        and is_now < was / 3
        and was - is_now > rows_moved

),

findings as (

    select
        source,
        'past ' || replace(measure, 'late ', '') as rule,
        trim(column_name || ' ' || value) as subject,
        first_changed_day as first_day,
        last_changed_day as last_day,
        was,
        was * (1 + case when is_now < was then -change_limit else change_limit end) as bound,
        is_now,
        case
            when kind = 'sum' then 'in sum'
            when kind = 'length' then 'characters'
            when kind = 'hour' then 'hours of the day in sum'
            when measure = 'rows' then 'rows, on other days'
            else 'rows'
        end as unit
    from largest_changes
    where place = 1
    union all
    select
        source,
        'past value gone' as rule,
        column_name || ' ' || value as subject,
        first_day,
        last_day,
        was,
        was / 3 as bound,
        is_now,
        'rows' as unit
    from lost_values

)

select
    source,
    rule,
    subject,
    first_day,
    last_day,
    was as expected,
    bound,
    is_now as found,
    case when subject = '' then '' else subject || ' has ' end || {{ rounded('is_now') }} || ' ' || unit
    || coalesce(' from ' || {{ text_of_day('first_day') }} || ' to ' || {{ text_of_day('last_day') }}, '')
    || ', where the last delivery had ' || {{ rounded('was') }} as sentence
from findings
