"""A segment that another one builds on is its members, in the build, preview, explain and diff."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from customer_segments.database import opened
from customer_segments.segments.compare import compare
from customer_segments.segments.explain import explain
from customer_segments.segments.preview import preview
from customer_segments.segments.working_copy import WorkingCopy, compiled_working_copy
from tests.python.deliveries import OFF, Change, Deliveries, Row, rows
from tests.python.people import people
from tests.python.shared import AFTER_GOOD

if TYPE_CHECKING:
    from tests.python.scenarios import Played

pytestmark = pytest.mark.parametrize("played", [AFTER_GOOD], indirect=True, scope="session")
CHANGES = (
    ("waits for us", "open_support_case", "add", "2026-06-01T10:00:00Z"),
    ("waits for us after as_of", "open_support_case", "add", "2026-06-30T22:00:00Z"),
    ("waited and was answered", "open_support_case", "add", "2026-06-01T10:00:00Z"),
    ("waited and was answered", "open_support_case", "remove", "2026-06-02T10:00:00Z"),
    ("sent the video back", "bought_hormone_yoga_video", "remove", "2026-06-30T21:59:59Z"),
    ("taken out of promotions", "promotion_audience", "remove", "2026-06-01T10:00:00Z"),
    ("taken into promotions", "promotion_audience", "add", "2026-06-01T10:00:00Z"),
)


@dataclass(frozen=True)
class Shop:
    """A warehouse built with manual changes, and the working copy on it."""

    deliveries: Deliveries
    contacts: Mapping[str, str]
    copy: WorkingCopy

    def segments(self, who: str) -> set[str]:
        """Return the published segments of somebody."""
        sql = "select segment from segment_members where contact_id = "
        found = self.deliveries.published(f"{sql}'{self.contacts[who]}'")
        return {segment for (segment,) in found}

    def explained(self, who: str, segment: str) -> list[str]:
        """Return what explain says of somebody, line by line."""
        with opened(self.deliveries.places.warehouse) as connection:
            text = str(explain(segment, self.contacts[who], self.copy, connection))
        return text.splitlines()


def manual_changes() -> Change:
    """Return what makes the scenarios of the demo's files."""

    def added(found: list[Row]) -> list[Row]:
        return found + [
            {"segment": segment, "contact_id": people()[who], "action": action,
             "changed_at": changed_at, "changed_by": "mia", "reason": who}
            for who, segment, action, changed_at in CHANGES
        ]  # fmt: skip

    return rows("segment_members_manual", added)


@pytest.fixture(scope="session")
def shop(played: "Played") -> Shop:
    warehouse = played.deliveries.places.warehouse
    with opened(warehouse) as connection:
        copy = compiled_working_copy(warehouse, connection, OFF)
    return Shop(played.deliveries, people(), copy)


def test_who_is_added_to_a_segment_is_left_out_where_it_is_left_out(shop: Shop) -> None:
    segments = shop.segments("waits for us")
    assert "open_support_case" in segments
    assert "win_back_audience" not in segments
    lines = shop.explained("waits for us", "win_back_audience")
    assert lines[0].endswith("is not in win_back_audience")
    place = lines.index("      no  contact_id not in open_support_case")
    assert lines[place + 1] == (
        "     yes      added manually on 2026-06-01 by mia (waits for us); the rule does not match"
    )


def test_who_is_removed_from_a_segment_is_in_where_it_is_left_out(shop: Shop) -> None:
    segments = shop.segments("sent the video back")
    assert "bought_hormone_yoga_video" not in segments
    assert "yoga_course_audience" in segments
    lines = shop.explained("sent the video back", "yoga_course_audience")
    assert lines[0].endswith("is in yoga_course_audience")
    place = lines.index("     yes  contact_id not in bought_hormone_yoga_video")
    assert "removed manually on 2026-06-30 by mia" in lines[place + 1]
    assert lines[place + 1].endswith("the rule matches")


def test_who_is_removed_again_or_added_later_is_as_before(shop: Shop) -> None:
    for who in ("waits for us after as_of", "waited and was answered"):
        segments = shop.segments(who)
        assert "open_support_case" not in segments, who
        assert "win_back_audience" in segments, who


def test_segments_that_ask_for_a_segment_follow_its_manual_changes(shop: Shop) -> None:
    assert "win_back_audience" not in shop.segments("taken out of promotions")
    assert "win_back_audience" in shop.segments("taken into promotions")
    lines = shop.explained("taken into promotions", "win_back_audience")
    place = lines.index("     yes  contact_id in promotion_audience")
    assert "added manually" in lines[place + 1]


def test_the_view_of_a_segment_is_its_published_members(shop: Shop) -> None:
    published = set(
        shop.deliveries.published(
            "select segment, contact_id from segment_members where family = 'rule'"
        )
    )
    union = " union all ".join(
        f"select '{name}', contact_id from main.{name}"
        for name in sorted(shop.copy.declared.rules - shop.copy.declared.withheld)
    )
    found = shop.deliveries.warehouse(union)
    assert set(found) == published
    assert len(found) == len(published)


def test_rule_and_manual_are_told_apart(shop: Shop) -> None:
    sources = shop.deliveries.published(
        "select contact_id, segment, source from segment_members"
        " where segment in ('open_support_case', 'promotion_audience') and source = 'manual'"
    )
    assert set(sources) == {
        (shop.contacts["waits for us"], "open_support_case", "manual"),
        (shop.contacts["taken into promotions"], "promotion_audience", "manual"),
    }
    ((is_matched,),) = shop.deliveries.warehouse(
        "select is_matched from main.segment_manual_changes"
        " where segment = 'bought_hormone_yoga_video'"
        f" and contact_id = '{shop.contacts['sent the video back']}'"
    )
    assert is_matched


def test_preview_and_diff_agree_with_the_build(shop: Shop) -> None:
    places = shop.deliveries.places
    with opened(places.warehouse) as connection:
        sizes = dict(
            connection.execute("select segment, member_count from main.segments").fetchall()
        )
        for name in sorted(shop.copy.declared.rules):
            assert preview(name, shop.copy, connection).size == sizes[name], name
        result = compare([], shop.copy, connection, places.published)
    assert {change.state for change in result.changes} == {"same"}


def test_a_new_file_without_yaml_sees_the_members_too(shop: Shop) -> None:
    declared = shop.copy.declared
    sql = 'select contact_id from "warehouse"."main"."open_support_case"'
    copy = WorkingCopy(
        {**shop.copy._compiled, "newly_written": sql},
        replace(declared, rules=declared.rules | {"newly_written"}),
        shop.copy.built,
    )
    places = shop.deliveries.places
    with opened(places.warehouse) as connection:
        waiting = connection.execute("select count(*) from main.open_support_case").fetchall()[0][0]
        assert preview("newly_written", copy, connection).size == waiting
        contact = shop.contacts["waits for us"]
        assert explain("newly_written", contact, copy, connection).is_member
        (change,) = compare(["newly_written"], copy, connection, places.published).changes
    assert change.entering == waiting


def test_a_build_leaves_no_other_warehouse_behind_in_the_environment(shop: Shop) -> None:
    assert os.environ.get("WAREHOUSE") != str(shop.deliveries.places.warehouse)
