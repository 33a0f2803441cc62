"""The history depends on the days built and who was in on them, not on the order of the builds.

Each test builds a row of days with the models' own SQL. Contact number 5 (101 in binary) is in at
the first and the third build and out at the second, so that the contacts together are in and out in
every way there is; the segments are declared and not declared in the same manner.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models" / "marts" / "segments" / "members"
DAYS = tuple(date(2026, 1, 31) + timedelta(days=10 * number) for number in range(5))

Period = tuple[int, int, date, date | None]  # contact, segment, entered, left
Sizes = dict[tuple[int, date], int]  # members of a segment on a day
ANY_DAYS = st.lists(st.sampled_from(DAYS), min_size=1, max_size=5)
SOME = settings(max_examples=30, deadline=None, derandomize=True)


class Warehouse:
    """A database in memory with the history models after some builds."""

    def __init__(self, days: Sequence[date], segments: Sequence[int]) -> None:
        self.segments, self.builds = [*segments], 0
        self.contacts = 2 ** len(days)
        self.database = duckdb.connect()
        self.database.execute("set threads = 1")
        for day in days:
            self.build(day)

    def build(self, day: date) -> None:
        self.database.execute(f"""
            create or replace table segment_definitions as
            select cast(number as varchar) as segment, 'v1' as definition_version
            from (select unnest({self.segments}) as number)
            where (number >> {self.builds}) & 1 = 1;
            create or replace table segment_memberships as
            select cast(contact.range as varchar) as contact_id, segment
            from segment_definitions cross join range({self.contacts}) as contact
            where (contact.range >> {self.builds}) & 1 = 1
        """)
        self.builds += 1
        self._replace("segment_days", day)
        self._change_periods(day)
        self._replace("segment_daily", day)

    def forget(self, day: date) -> None:
        """Take a day out, as the macro forget_day does."""
        self.database.execute(f"""
            begin;
            delete from segment_days where day = '{day}';
            {rendered_forgetting(day)};
            commit
        """)
        self._replace("segment_daily", day)

    def periods(self) -> list[Period]:
        """Return the history, in order."""
        return self.database.execute("""
            select cast(contact_id as integer), cast(segment as integer), entered_at, left_at
            from segment_history
            order by 1, 2, 3
        """).fetchall()

    def sizes(self) -> Sizes:
        """Return how many members each segment has on each of its days; check who moved."""
        rows = self.database.execute("""
            select cast(segment as integer), day, member_count, entered_count, left_count
            from segment_daily
            order by segment, day
        """).fetchall()
        for row, before in zip(rows, [None, *rows], strict=False):
            previous = before[2] if before and before[0] == row[0] else 0
            assert row[2] - previous == row[3] - row[4]
        return {(segment, day): count for segment, day, count, *_ in rows}

    def _replace(self, model: str, day: date) -> None:
        self.database.execute(f"create table built as {self._sql(model, day)}")
        self.database.execute(f"drop table if exists {model}")
        self.database.execute(f"alter table built rename to {model}")

    def _change_periods(self, day: date) -> None:
        changes = self._sql("segment_history", day)
        if not self._exists("segment_history"):
            self.database.execute(f"create table segment_history as {changes}")
            return
        self.database.execute(f"create or replace temp table changes as {changes}")
        self.database.execute(f"begin; {periods_sql()}; commit")

    def _sql(self, model: str, day: date) -> str:
        return model_sql(model, day, self._exists(model))

    def _exists(self, table: str) -> bool:
        found = "select table_name from duckdb_tables()"
        return (table,) in self.database.execute(found).fetchall()


def rendered(template: str, exists: bool, **names: object) -> str:
    """Return SQL as dbt renders it where the only table that it asks for exists or not."""
    environment = Environment(undefined=StrictUndefined)
    return environment.from_string(template).render(
        execute=True, load_relation=lambda relation: relation if exists else None, **names
    )


@cache
def model_sql(model: str, day: date, exists: bool) -> str:
    """Return a model's SQL as it is for a day, on a warehouse where its table exists or not."""
    no_rows, macro = (
        (ROOT / "macros" / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("no_rows", "rows_before")
    )
    package = "{% set customer_segments = namespace(no_rows=no_rows) %}"
    body = (MODELS / f"{model}.sql").read_text(encoding="utf-8")
    return rendered(
        no_rows + package + macro + body,
        exists,
        as_of=lambda: f"cast('{day}' as date)",
        config=lambda **_: "",
        ref=lambda name: name,
        this=model,
    )


@cache
def periods_sql() -> str:
    """Return the SQL that makes changes in the history."""
    macro = (ROOT / "macros" / "incremental_membership_periods.sql").read_text(encoding="utf-8")
    return rendered(
        macro + "{{ get_incremental_membership_periods_sql(arguments) }}",
        True,
        arguments={"target_relation": "segment_history", "temp_relation": "changes"},
    )


def rendered_forgetting(day: date) -> str:
    """Return the SQL that changes the history when a day is taken out."""
    macro = (ROOT / "macros" / "history" / "membership_periods_without_day.sql").read_text(
        encoding="utf-8"
    )
    call = "{{ membership_periods_without_day('segment_history', 'segment_days', gone) }}"
    return rendered(macro + call, True, gone=f"cast('{day}' as date)")


def seen(
    days: Sequence[date], segments: Sequence[int], gone: date | None = None
) -> tuple[list[Period], Sizes]:
    """Return the periods and sizes that follow from what the last build of each day saw.

    The day that is gone was not built.
    """
    builds = sorted({day: build for build, day in enumerate(days) if day != gone}.items())
    periods: list[Period] = []
    for contact in range(2 ** len(days)):
        for segment in segments:
            entered = None
            for day, build in builds:
                inside = (contact & segment) >> build & 1
                if inside and entered is None:
                    entered = day
                elif not inside and entered is not None:
                    periods.append((contact, segment, entered, day))
                    entered = None
            if entered is not None:
                periods.append((contact, segment, entered, None))
    size = 2 ** (len(days) - 1)  # half of the contacts are in at each build
    return periods, {(s, day): size for day, build in builds for s in segments if s >> build & 1}


@SOME
@given(ANY_DAYS)
def test_only_what_was_last_seen_on_each_day_makes_the_history(days: list[date]) -> None:
    """Days in any order, some of them built again: the last build of a day counts.

    So it is for segments that come and go from build to build: a day built without a segment is a
    day without members.
    """
    segments = range(1, 2 ** len(days))
    warehouse = Warehouse(days, segments)
    assert (warehouse.periods(), warehouse.sizes()) == seen(days, segments)


@pytest.mark.parametrize(
    "order",
    [(4, 0, 1, 2, 3), (0, 4, 3, 2, 1), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3), (1, 3, 0, 4, 2)],
    ids=[
        "the last first",
        "the gap backwards",
        "backwards",
        "the middle first",
        "the odd first",
    ],
)
def test_no_order_of_the_days_changes_the_history(order: tuple[int, ...]) -> None:
    """Periods are the same as after building day by day, contacts renumbered by what was seen."""
    in_order = Warehouse(DAYS, [31]).periods()
    reordered = [
        (sum((contact >> build & 1) << day for build, day in enumerate(order)), segment, *period)
        for contact, segment, *period in Warehouse([DAYS[day] for day in order], [31]).periods()
    ]
    assert sorted(reordered, key=lambda period: period[:3]) == in_order


def test_a_segment_that_the_project_does_not_have_has_no_members() -> None:
    """As days pass, segments go and come back, also between two builds of a day."""
    days = [DAYS[0], DAYS[1], DAYS[1], DAYS[2], DAYS[3]]
    segments = range(1, 32)
    warehouse = Warehouse(days, segments)
    assert (warehouse.periods(), warehouse.sizes()) == seen(days, segments)


@SOME
@given(ANY_DAYS)
def test_periods_neither_overlap_nor_touch(days: list[date]) -> None:
    """Whatever is built in whatever order, a contact leaves a segment before entering it again."""
    warehouse = Warehouse(days, range(1, 2 ** len(days)))
    periods = warehouse.periods()
    assert all(left is None or entered < left for *_, entered, left in periods)
    for (contact, segment, _, left), (next_contact, next_segment, entered, _) in pairwise(periods):
        if (contact, segment) == (next_contact, next_segment):
            assert left is not None
            assert left < entered
    in_on_day = {
        (segment, day): sum(
            period[1] == segment and period[2] <= day and (period[3] is None or day < period[3])
            for period in periods
        )
        for segment, day in warehouse.sizes()
    }
    assert warehouse.sizes() == in_on_day


@SOME
@given(ANY_DAYS, st.sampled_from(DAYS))
def test_a_day_that_is_taken_out_was_never_built(days: list[date], gone: date) -> None:
    """Whichever of the days it is, built once or again, and also when it was never built."""
    segments = range(1, 2 ** len(days))
    warehouse = Warehouse(days, segments)
    warehouse.forget(gone)
    periods, sizes = seen(days, segments, gone)
    assert (warehouse.periods(), warehouse.sizes()) == (periods, sizes)
    warehouse.builds -= 1
    warehouse.build(days[-1])
    if days[-1] != gone:
        assert (warehouse.periods(), warehouse.sizes()) == (periods, sizes)
    else:
        assert (warehouse.periods(), warehouse.sizes()) == seen(days, segments)
