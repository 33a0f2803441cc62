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

Stay = tuple[int, int, date, date | None]  # contact, segment, entered, left
Sizes = dict[tuple[int, date], int]  # members of a segment on a day
ANY_DAYS = st.lists(st.sampled_from(DAYS), min_size=1, max_size=5)
SOME = settings(max_examples=30, deadline=None, derandomize=True)


class Warehouse:
    """A database in memory with the history models after some builds."""

    def __init__(self, days: Sequence[date], segments: Sequence[int]) -> None:
        self.database = duckdb.connect()
        self.database.execute("set threads = 1")
        contacts = 2 ** len(days)
        for build, day in enumerate(days):
            self.database.execute(f"""
                create or replace table segment_definitions as
                select cast(number as varchar) as segment, 'v1' as definition_version
                from (select unnest({list(segments)}) as number)
                where (number >> {build}) & 1 = 1;
                create or replace table segment_memberships as
                select cast(contact.range as varchar) as contact_id, segment
                from segment_definitions cross join range({contacts}) as contact
                where (contact.range >> {build}) & 1 = 1
            """)
            self._build("segment_days", day)
            self._build("segment_history", day)
        self._build("segment_daily", days[-1])

    def stays(self) -> list[Stay]:
        """Return the history, in order."""
        return self.database.execute("""
            select cast(contact_id as integer), cast(segment as integer), entered_at, left_at
            from segment_history
            order by 1, 2, 3
        """).fetchall()

    def sizes(self) -> Sizes:
        """Return how many members each segment has on each of its days; check who moved."""
        rows = self.database.execute("""
            select cast(segment as integer), day, member_count, entered, "left"
            from segment_daily
            order by segment, day
        """).fetchall()
        for row, before in zip(rows, [None, *rows], strict=False):
            previous = before[2] if before and before[0] == row[0] else 0
            assert row[2] - previous == row[3] - row[4]
        return {(segment, day): count for segment, day, count, *_ in rows}

    def _build(self, model: str, day: date) -> None:
        exists = (model,) in self.database.execute("show tables").fetchall()
        self.database.execute(f"create table built as {sql(model, day, exists)}")
        self.database.execute(f"drop table if exists {model}")
        self.database.execute(f"alter table built rename to {model}")


@cache
def sql(model: str, day: date, exists: bool) -> str:
    """Return a model's SQL as it is for a day, on a warehouse where its table exists or not."""
    macro = (ROOT / "macros" / "rows_before.sql").read_text(encoding="utf-8")
    body = (MODELS / f"{model}.sql").read_text(encoding="utf-8")
    template = Environment(undefined=StrictUndefined).from_string(macro + body)
    return template.render(
        as_of=lambda: f"cast('{day}' as date)",
        execute=True,
        load_relation=lambda relation: relation if exists else None,
        ref=lambda name: name,
        this=model,
    )


def seen(days: Sequence[date], segments: Sequence[int]) -> tuple[list[Stay], Sizes]:
    """Return the stays and sizes that follow from what the last build of each day saw."""
    builds = sorted({day: build for build, day in enumerate(days)}.items())
    stays: list[Stay] = []
    for contact in range(2 ** len(days)):
        for segment in segments:
            entered = None
            for day, build in builds:
                inside = (contact & segment) >> build & 1
                if inside and entered is None:
                    entered = day
                elif not inside and entered is not None:
                    stays.append((contact, segment, entered, day))
                    entered = None
            if entered is not None:
                stays.append((contact, segment, entered, None))
    size = 2 ** (len(days) - 1)  # half of the contacts are in at each build
    return stays, {(s, day): size for day, build in builds for s in segments if s >> build & 1}


@SOME
@given(ANY_DAYS)
def test_only_what_was_last_seen_on_each_day_makes_the_history(days: list[date]) -> None:
    """Days in any order, some of them built again: the last build of a day counts.

    So it is for segments that come and go from build to build: a day built without a segment is a
    day without members.
    """
    segments = range(1, 2 ** len(days))
    warehouse = Warehouse(days, segments)
    assert (warehouse.stays(), warehouse.sizes()) == seen(days, segments)


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
    """Stays are the same as after building day by day, contacts renumbered by what was seen."""
    in_order = Warehouse(DAYS, [31]).stays()
    reordered = [
        (sum((contact >> build & 1) << day for build, day in enumerate(order)), segment, *stay)
        for contact, segment, *stay in Warehouse([DAYS[day] for day in order], [31]).stays()
    ]
    assert sorted(reordered, key=lambda stay: stay[:3]) == in_order


def test_a_segment_that_the_project_does_not_have_has_no_members() -> None:
    """As days pass, segments go and come back, also between two builds of a day."""
    days = [DAYS[0], DAYS[1], DAYS[1], DAYS[2], DAYS[3]]
    segments = range(1, 32)
    warehouse = Warehouse(days, segments)
    assert (warehouse.stays(), warehouse.sizes()) == seen(days, segments)


@SOME
@given(ANY_DAYS)
def test_stays_neither_overlap_nor_touch(days: list[date]) -> None:
    """Whatever is built in whatever order, a contact leaves a segment before entering it again."""
    warehouse = Warehouse(days, range(1, 2 ** len(days)))
    stays = warehouse.stays()
    assert all(left is None or entered < left for *_, entered, left in stays)
    for (contact, segment, _, left), (next_contact, next_segment, entered, _) in pairwise(stays):
        if (contact, segment) == (next_contact, next_segment):
            assert left is not None
            assert left < entered
    in_on_day = {
        (segment, day): sum(
            stay[1] == segment and stay[2] <= day and (stay[3] is None or day < stay[3])
            for stay in stays
        )
        for segment, day in warehouse.sizes()
    }
    assert warehouse.sizes() == in_on_day
