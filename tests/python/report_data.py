"""The demo's published tables with a longer history and more tables, for tests of the report."""

import os
import shutil
from pathlib import Path

import duckdb

from tests.python.shared import PROJECT

PUBLISHED = PROJECT / os.environ.get("PUBLISHED", "target/test/segments.duckdb")

# Segments of 60 contacts or more gain and lose up to three a day; VIP lose 30 on the last.
HISTORY = """
    create or replace table segment_daily as
    with steps as (
        select segment, member_count, as_of - cast(age as int) as day, age,
            case when segment = 'vip' and age = 0 then 0
                when member_count >= 60 then hash(segment || age) % 4 else 0 end as entered_count,
            case when segment = 'vip' and age = 0 then 30
                when member_count >= 60 then hash(age || segment) % 4 else 0 end as left_count
        from segments cross join range({days}) as ages (age)
    )
    select segment, day, entered_count, left_count, cast(member_count - coalesce(
        sum(cast(entered_count as bigint) - cast(left_count as bigint)) over (
            partition by segment order by age rows between unbounded preceding and 1 preceding
        ), 0) as bigint) as member_count
    from steps;
    update segments set definition_since = date '2020-01-01', entered_count = daily.entered_count,
        left_count = daily.left_count
    from segment_daily as daily where daily.segment = segments.segment and daily.day = as_of;
"""
# What the model makes of that.
ALERTS = """
    insert into segment_alerts by name
    select segment, member_count, member_count + 30 as count_before,
        member_count + 12 as least_count, member_count + 48 as most_count, as_of
    from segments where segment = 'vip'
"""
# What the tables for questions about moves and cohorts hold.
MOVES = """
    create or replace table segment_transitions as
    select origins.family, origins.segment as from_segment, targets.segment as to_segment,
        origins.as_of - gap as from_day, origins.as_of as to_day,
        hash(origins.segment || targets.segment) % 9 + gap as contact_count, origins.as_of
    from segments as origins inner join segments as targets on origins.family = targets.family
    cross join (values (1), (7)) as gaps (gap)
    where origins.family in ('lifecycle', 'rfm')
    union all
    select 'lifecycle', 'none', 'lifecycle_prospect', as_of - 1, as_of, 11, as_of from release
    union all
    select 'lifecycle', 'lifecycle_prospect', 'none', as_of - 90, as_of - 60, 3, as_of
    from release;
    create or replace table segment_changes as
    select contact_id, segment, 'left' as change, 'order_count_12m >= 4' as condition, as_of
    from segment_members where segment = 'vip' order by contact_id limit 30;
    create or replace table cohort_retention as
    select cast(date_trunc('month', as_of) - to_months(age) as date) as cohort_month, month_number,
        20 + age as customer_count,
        case when month_number = 0 then 20 + age else hash(age * 99 + month_number) % 15 end
            as active_count,
        active_count / customer_count as retention_rate, 10.5 * active_count as revenue, as_of
    from release cross join range(16) as ages (age) cross join range(16) as months (month_number)
    where month_number <= age;
    update segment_quality set drift = 0.001 * length(subject), compared_with = as_of - 1;
"""


def published_copy(folder: Path, *statements: str) -> Path:
    """The demo's published file after these statements."""
    copy = Path(shutil.copy(PUBLISHED, folder / "segments.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy
