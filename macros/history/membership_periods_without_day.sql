{% macro membership_periods_without_day(periods, days, gone) -%}
    drop table if exists membership_periods_without_day;
    create temporary table membership_periods_without_day as
    with next_days as (

        select min(day) as next_day
        from {{ days }}
        where day > {{ gone }}

    ),

    -- A contact who entered on the day entered on the next one, if still inside then.
    entered_later as (

        select
            contact_id,
            segment,
            next_day as entered_at,
            left_at
        from {{ periods }}
        cross join next_days
        where entered_at = {{ gone }} and (left_at > next_day or (left_at is null and next_day is not null))

    ),

    left_that_day as (

        select
            contact_id,
            segment,
            entered_at,
            next_day
        from {{ periods }}
        cross join next_days
        where left_at = {{ gone }}

    ),

    -- A contact who left on the day left on the next one, or not at all if back inside then.
    left_later as (

        select
            left_that_day.contact_id,
            left_that_day.segment,
            left_that_day.entered_at,
            case when later.contact_id is null then left_that_day.next_day else later.left_at end as left_at,
            later.entered_at as joined_at
        from left_that_day
        left join {{ periods }} as later
            on
                left_that_day.contact_id = later.contact_id
                and left_that_day.segment = later.segment
                and left_that_day.next_day = later.entered_at

    )

    select
        contact_id,
        segment,
        entered_at,
        left_at,
        cast(null as date) as joined_at
    from entered_later
    union all
    select
        contact_id,
        segment,
        entered_at,
        left_at,
        joined_at
    from left_later;
    delete from {{ periods }} as periods using membership_periods_without_day as changed
    where
        periods.contact_id = changed.contact_id
        and periods.segment = changed.segment
        and periods.entered_at = changed.joined_at;
    delete from {{ periods }}
    where entered_at = {{ gone }} or left_at = {{ gone }};
    insert into {{ periods }} (contact_id, segment, entered_at, left_at)
    select
        contact_id,
        segment,
        entered_at,
        left_at
    from membership_periods_without_day;
    drop table membership_periods_without_day
{%- endmacro %}
