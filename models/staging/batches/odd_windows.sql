{#- Each margin grows with the range of the weeks before, which is what the shop's own noise is. -#}
{%- set spread = '(usual.high - usual.low)' -%}
{#- What chance does to a mean of hours, whose spread within a day is about four. -#}
{%- set hours = '(0.3 + ' ~ spread ~ ' + 12 / sqrt(ratios.base))' -%}
with ratios as (

    select * from {{ ref('window_ratios') }}

),

usual as (

    select
        source,
        judged_day,
        width,
        measure,
        column_name,
        value,
        count(case when weeks_back <= 8 then 1 end) as window_count,
        -- The second smallest and the second largest of eight, so that one odd week hides nothing.
        percentile_cont(0.15) within group (order by case when weeks_back <= 8 then ratio end) as low,
        percentile_cont(0.5) within group (order by case when weeks_back <= 8 then ratio end) as middle,
        percentile_cont(0.85) within group (order by case when weeks_back <= 8 then ratio end) as high,
        max(case when weeks_back = 9 then ratio end) as ratio_last_year
    from ratios
    where
        weeks_back > 0
        and is_in_history
        and base >= case when measure in ('log', 'hour') then 5 else 1 end
    group by source, judged_day, width, measure, column_name, value

),

judged as (

    select
        ratios.*,
        usual.low,
        usual.middle,
        usual.ratio_last_year,
        case
            when ratios.measure = 'rows' and usual.low * ratios.base >= 10 then usual.low / 10 * usual.low / usual.high
            when ratios.measure in ('filled', 'value', 'steady') and usual.low * ratios.base >= 20
                then usual.low / 3 * usual.low / usual.high
            when ratios.measure = 'log' and ratios.base >= 5 then usual.low - ln(5) - {{ spread }}
            when ratios.measure = 'hour' and ratios.base >= 20 then usual.low - {{ hours }}
        end as lower_bound,
        case
            when (ratios.measure = 'steady' or ratios.value = 'other') and ratios.total >= 10
                then
                    usual.high + {{ spread }} + case when ratios.measure = 'steady' then 0.2 else 0.05 end
                    -- What chance alone does among so few rows.
                    + 3 * sqrt((greatest(0, usual.high * (1 - usual.high)) + 0.01) / ratios.base)
            when ratios.measure = 'log' and ratios.base >= 5 then usual.high + ln(5) + {{ spread }}
            when ratios.measure = 'hour' and ratios.base >= 20 then usual.high + {{ hours }}
            when ratios.measure = 'largest' and ratios.base >= 10 then greatest(0.5, usual.high + 0.3 + {{ spread }})
            when ratios.measure = 'repeated' and ratios.total >= 10 then usual.high + 0.1 + {{ spread }}
        end as upper_bound
    from ratios
    inner join usual
        on
            ratios.source = usual.source
            and ratios.judged_day = usual.judged_day
            and ratios.width = usual.width
            and ratios.measure = usual.measure
            and ratios.column_name = usual.column_name
            and ratios.value = usual.value
    where ratios.weeks_back = 0 and usual.window_count >= 4

),

-- A holiday is one for all tables; a file that is missing is so alone.
quiet_days as (

    select judged_day
    from judged
    where measure = 'rows' and width = 1 and lower_bound is not null
    group by judged_day
    having count(*) > 1 and max(ratio - low / 2) < 0

)

select
    judged.source,
    judged.measure,
    judged.column_name,
    judged.value,
    judged.width,
    judged.first_day,
    judged.judged_day,
    judged.ratio,
    judged.middle,
    case when judged.ratio < judged.lower_bound then judged.lower_bound else judged.upper_bound end as bound,
    quiet_days.judged_day is not null as is_quiet_day
from judged
left join quiet_days on judged.judged_day = quiet_days.judged_day and judged.measure = 'rows' and judged.width = 1
where
    judged.ratio > judged.upper_bound
    or (
        judged.ratio < judged.lower_bound
        and (
            judged.measure <> 'rows'
            or judged.ratio_last_year is null
            or judged.ratio < judged.ratio_last_year / 3
        )
    )
