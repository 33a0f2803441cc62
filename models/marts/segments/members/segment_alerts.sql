with sizes as (

    select * from {{ ref('segment_daily') }}
    where day <= {{ as_of() }}

),

definitions as (

    select * from {{ ref('segment_days') }}

),

dated_sizes as (

    select
        sizes.segment,
        sizes.day,
        sizes.member_count,
        definitions.definition_version,
        lag(sizes.day) over (partition by sizes.segment order by sizes.day asc) as day_before,
        lag(sizes.member_count) over (partition by sizes.segment order by sizes.day asc) as count_before,
        lag(definitions.definition_version) over (partition by sizes.segment order by sizes.day asc) as version_before
    from sizes
    inner join definitions on sizes.segment = definitions.segment and sizes.day = definitions.day

),

-- A rule that reads otherwise has another size for that reason.
steps as (

    select
        segment,
        day,
        member_count,
        count_before,
        cast(member_count - count_before as double) as change,
        {{ dbt.datediff('day_before', 'day', 'day') }} as day_count,
        mod({{ dbt.datediff("cast('2001-01-01' as date)", 'day', 'day') }}, 7) as weekday
    from dated_sizes
    where definition_version = version_before

),

last_steps as (

    select * from steps
    where day = {{ as_of() }}

),

-- Only steps of as many days as the last one say what to expect of it.
numbered_steps as (

    select
        steps.segment,
        steps.day,
        steps.change,
        steps.weekday,
        row_number() over (partition by steps.segment order by steps.day desc) as steps_ago
    from steps
    inner join last_steps
        on
            steps.segment = last_steps.segment
            and steps.day < last_steps.day
            and steps.day_count = last_steps.day_count

),

past_steps as (

    select * from numbered_steps
    where steps_ago <= 93

),

usual_changes as (

    select
        segment,
        count(*) as step_count,
        percentile_cont(0.5) within group (order by change) as usual_change
    from past_steps
    group by segment

),

usual_changes_by_weekday as (

    select
        segment,
        weekday,
        percentile_cont(0.5) within group (order by change) as usual_change
    from past_steps
    group by segment, weekday
    having count(*) >= 4

),

deviations as (

    select
        past_steps.segment,
        past_steps.day,
        abs(past_steps.change - coalesce(by_weekday.usual_change, usual_changes.usual_change)) as deviation
    from past_steps
    inner join usual_changes on past_steps.segment = usual_changes.segment
    left join usual_changes_by_weekday as by_weekday
        on past_steps.segment = by_weekday.segment and past_steps.weekday = by_weekday.weekday

),

numbered_deviations as (

    select
        segment,
        deviation,
        row_number() over (partition by segment order by deviation desc, day asc) as deviation_number
    from deviations

),

expected_sizes as (

    select
        last_steps.segment,
        last_steps.member_count,
        last_steps.count_before,
        last_steps.count_before + coalesce(by_weekday.usual_change, usual_changes.usual_change) as expected_count,
        greatest(1.5 * third.deviation, {{ var('alert_minimum_share') }} * last_steps.count_before, 5)
            as allowed_deviation
    from last_steps
    inner join usual_changes on last_steps.segment = usual_changes.segment
    inner join numbered_deviations as third
        on last_steps.segment = third.segment and third.deviation_number = 3
    left join usual_changes_by_weekday as by_weekday
        on last_steps.segment = by_weekday.segment and last_steps.weekday = by_weekday.weekday
    where usual_changes.step_count >= 28

)

select
    segment,
    member_count,
    count_before,
    cast(ceil(greatest(expected_count - allowed_deviation, 0)) as bigint) as least_count,
    cast(floor(expected_count + allowed_deviation) as bigint) as most_count,
    {{ as_of() }} as as_of
from expected_sizes
where abs(member_count - expected_count) > allowed_deviation
