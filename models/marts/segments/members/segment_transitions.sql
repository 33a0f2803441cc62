with partition_segments as (

    select * from {{ ref('segment_definitions') }}
    where order_in_family is not null

),

history as (

    select * from {{ ref('segment_history') }}

),

day_pairs as (

    select * from {{ ref('int_segment_day_pairs') }}

),

periods as (

    select
        history.contact_id,
        partition_segments.family,
        history.segment,
        history.entered_at,
        coalesce(history.left_at, cast('9999-12-31' as date)) as left_at
    from history
    inner join partition_segments on history.segment = partition_segments.segment

),

-- Most periods include both days of a pair: these need only be counted, not looked up by contact.
period_counts as (

    select
        family,
        segment,
        entered_at,
        left_at,
        count(*) as period_count
    from periods
    group by family, segment, entered_at, left_at

),

stays as (

    select
        period_counts.segment as from_segment,
        period_counts.segment as to_segment,
        day_pairs.*,
        period_counts.period_count as contact_count
    from period_counts
    inner join day_pairs
        on
            period_counts.family = day_pairs.family
            and period_counts.entered_at <= day_pairs.from_day
            and period_counts.left_at > day_pairs.to_day

),

changed_periods as (

    select periods.*
    from periods
    cross join (select min(from_day) as first_day from day_pairs) as first_days
    where
        periods.left_at > first_days.first_day
        and (periods.entered_at > first_days.first_day or periods.left_at <= {{ as_of() }})

),

-- Periods that include the first day of a pair and not the last, or the last and not the first.
periods_at_first as (

    select
        changed_periods.contact_id,
        changed_periods.segment,
        day_pairs.*
    from changed_periods
    inner join day_pairs
        on
            changed_periods.family = day_pairs.family
            and changed_periods.entered_at <= day_pairs.from_day
            and changed_periods.left_at > day_pairs.from_day
            and changed_periods.left_at <= day_pairs.to_day

),

periods_at_last as (

    select
        changed_periods.contact_id,
        changed_periods.segment,
        day_pairs.*
    from changed_periods
    inner join day_pairs
        on
            changed_periods.family = day_pairs.family
            and changed_periods.entered_at > day_pairs.from_day
            and changed_periods.entered_at <= day_pairs.to_day
            and changed_periods.left_at > day_pairs.to_day

),

moves as (

    select
        coalesce(periods_at_first.segment, 'none') as from_segment,
        coalesce(periods_at_last.segment, 'none') as to_segment,
        coalesce(periods_at_first.family, periods_at_last.family) as family,
        coalesce(periods_at_first.from_day, periods_at_last.from_day) as from_day,
        coalesce(periods_at_first.to_day, periods_at_last.to_day) as to_day,
        1 as contact_count
    from periods_at_first
    full outer join periods_at_last
        on
            periods_at_first.contact_id = periods_at_last.contact_id
            and periods_at_first.family = periods_at_last.family
            and periods_at_first.from_day = periods_at_last.from_day
            and periods_at_first.to_day = periods_at_last.to_day

),

stays_and_moves as (

    select * from stays
    union all
    select * from moves

)

select
    family,
    from_segment,
    to_segment,
    from_day,
    to_day,
    cast(sum(contact_count) as bigint) as contact_count,
    {{ as_of() }} as as_of
from stays_and_moves
group by family, from_segment, to_segment, from_day, to_day
