with delivered_tables as (

    select * from {{ ref('delivered_tables') }}

),

-- One day without its rows is a holiday as long as nothing else says more; the newest has no day after it that does.
odd_windows as (

    select
        odd_windows.*,
        case
            when
                odd_windows.measure = 'rows' and odd_windows.width = 1
                and (odd_windows.is_quiet_day or odd_windows.judged_day < delivered_tables.judged_until)
                then 'quiet day'
            else 'new ' || odd_windows.measure
        end as rule
    from {{ ref('odd_windows') }} as odd_windows
    inner join delivered_tables on odd_windows.source = delivered_tables.source

),

placed_windows as (

    select
        *,
        min(first_day) over (partition by source, rule, column_name, value, width) as first_odd_day,
        max(judged_day) over (partition by source, rule, column_name, value, width) as last_odd_day,
        row_number() over (
            partition by source, rule, column_name
            order by width asc, judged_day asc, abs(ratio - middle) desc, value asc
        ) as place
    from odd_windows

),

clearest_windows as (

    select
        source,
        rule,
        measure,
        trim(column_name || ' ' || value) as subject,
        first_odd_day as first_day,
        last_odd_day as last_day,
        -- Of amounts the logarithms are compared, that is their geometric mean.
        case when measure = 'log' then exp(middle) - 1 else middle end as expected,
        case when measure = 'log' then exp(bound) - 1 else bound end as bound,
        case when measure = 'log' then exp(ratio) - 1 else ratio end as found
    from placed_windows
    where place = 1

)

select
    source,
    rule,
    subject,
    first_day,
    last_day,
    expected,
    bound,
    found,
    case measure
        when 'rows' then {{ rounded('found', 1) }} || ' rows a day'
        when 'log' then subject || ' is typically ' || {{ rounded('found', 2) }}
        when 'hour' then 'the mean hour of the day is ' || {{ rounded('found', 1) }}
        when 'largest' then 'one ' || subject || ' has ' || {{ percent('found') }} || ' of a day''s rows'
        when 'repeated' then {{ percent('found') }} || ' of the rows say again what others say, under another key'
        when 'filled' then subject || ' is filled in ' || {{ percent('found') }} || ' of the rows'
        else subject || ' is in ' || {{ percent('found') }} || ' of the rows'
    end
    || ' from ' || {{ text_of_day('first_day') }} || ' to ' || {{ text_of_day('last_day') }}
    || ', before '
    || case
        when measure in ('rows', 'log', 'hour') then {{ rounded('expected', 2) }} else {{ percent('expected') }}
    end as sentence
from clearest_windows
