{{ config(materialized='view') }}

-- A family with an order is one value for each contact. Contacts may be in several segments of a split.
with partition_segments as (

    select * from {{ ref('segment_definitions') }}
    where order_in_family is not null

),

segment_days as (

    select * from {{ ref('segment_days') }}
    where day <= {{ as_of() }}

),

family_days as (

    select distinct
        partition_segments.family,
        segment_days.day
    from partition_segments
    inner join segment_days on partition_segments.segment = segment_days.segment

),

month_ends as (

    select
        family,
        max(day) as day
    from family_days
    where day >= {{ dbt.dateadd('month', -12, dbt.date_trunc('month', as_of())) }}
    group by family, {{ dbt.date_trunc('month', 'day') }}

),

month_pairs as (

    select
        family,
        lag(day) over (partition by family order by day asc) as from_day,
        day as to_day
    from month_ends

),

spans as (

    {% for days in [1, 7, 30, 90, 365] -%}
        select {{ days }} as day_count{{ ' union all ' if not loop.last }}
    {%- endfor %}

),

days_before as (

    select
        family_days.family,
        spans.day_count,
        max(family_days.day) as day
    from family_days
    inner join spans on family_days.day <= {{ dbt.dateadd('day', '-spans.day_count', as_of()) }}
    group by family_days.family, spans.day_count

)

select
    family,
    from_day,
    to_day
from month_pairs
where from_day is not null
union
select
    family,
    day as from_day,
    {{ as_of() }} as to_day
from days_before
