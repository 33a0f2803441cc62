with past_figures as (

    select * from {{ ref('past_figures') }}

),

row_counts as (

    select
        *,
        case
            when is_now < was then 0.98 * was - 3 - erased_count
            when span = 'undated' then greatest(2 * was, 50)
            else 1.03 * was + 3 + erased_count
        end as row_limit
    from past_figures
    where measure = 'rows' and span in ('all', 'undated')

),

odd_days as (

    select
        source,
        case when is_now = 0 then 'lost' else 'doubled' end as rule,
        min(first_day) as first_day,
        max(last_day) as last_day,
        count(*) as day_count,
        sum(was) as was,
        sum(is_now) as is_now,
        max(erased_count) as erased_count
    from past_figures
    where span = 'day' and was >= 5 and (is_now = 0 or is_now >= 2 * was)
    group by source, case when is_now = 0 then 'lost' else 'doubled' end

),

findings as (

    select
        source,
        'past rows' as rule,
        '' as subject,
        first_day,
        last_day,
        was,
        row_limit as bound,
        is_now,
        'rows' as unit
    from row_counts
    where (is_now < was and is_now < row_limit) or (is_now > was and is_now > row_limit)
    union all
    select
        source,
        'past days ' || rule as rule,
        '' as subject,
        first_day,
        last_day,
        was,
        case rule when 'lost' then was - erased_count else 2 * was end as bound,
        is_now,
        'rows on ' || {{ rounded('day_count') }} || ' days' as unit
    from odd_days
    where rule = 'doubled' or was > erased_count

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
