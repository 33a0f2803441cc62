"""Groups of results are switched off by a var each, and nothing that stays asks for them."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest

from customer_segments.audiences.allowed_day import allowed_day
from customer_segments.audiences.content import layout_of
from customer_segments.audiences.export import export
from customer_segments.database import opened
from customer_segments.dbt import project_file
from customer_segments.errors import UserError
from customer_segments.inputs.delivery import DEMO
from customer_segments.pipeline import build
from customer_segments.places import Places
from customer_segments.releases.targets import store_of
from customer_segments.report.personas import write_personas
from customer_segments.segments.list import condition, rule_files
from customer_segments.segments.preview import preview
from customer_segments.segments.working_copy import compiled_working_copy
from tests.python.deliveries import Deliveries, parsed, parsed_apart, with_project_parsed_once
from tests.python.shared import PROJECT

GROUPS = ("using_campaigns", "using_clusters", "using_predictions", "using_quality")
NONE = dict.fromkeys(GROUPS, False)
STAY = {
    *("behaviour_segments", "cohort_retention", "contact_permissions", "demographic_segments"),
    *(
        "lifecycle_segments",
        "preference_segments",
        "segment_alerts",
        "segment_changes",
        "segment_daily",
    ),
    *("segment_history", "segment_members", "segment_transitions", "segments"),
}
NEXT = "2026-07-01"


@cache
def parsed_without_any() -> Manifest:
    return parsed_apart("no_groups", NONE)


def groups_of(node: Any) -> set[str]:
    """Return the groups that a model, a test or an analysis is switched off with."""
    return {group for group in GROUPS if group in str(node.unrendered_config.get("enabled", ""))}


def dangling(nodes: Iterable[Any]) -> list[str]:
    """Return what refers to a model that can be switched off while it is not."""
    nodes = [*nodes]
    groups = {node.unique_id: groups_of(node) for node in nodes}
    found = []
    for node in nodes:
        code = getattr(node, "raw_code", "")
        asked = {*re.findall(r"rows_if\(\s*'\w+', '(\w+)'", code), *re.findall(r"'(\w+)' if", code)}
        for target in getattr(node.depends_on, "nodes", ()):
            if groups.get(target, set()) - groups[node.unique_id]:
                name = target.split(".")[-1]
                if name not in asked:
                    found.append(f"{node.name} refers to {name}")
    return sorted(found)


def test_each_group_has_a_var_that_is_on() -> None:
    known = {name: on for name, on in project_file()["vars"].items() if name.startswith("using_")}
    assert known == dict.fromkeys(GROUPS, True)


def test_nothing_refers_to_what_can_be_switched_off_without_it() -> None:
    nodes = parsed().nodes.values()
    assert {group for node in nodes for group in groups_of(node)} == set(GROUPS)
    # Generic tests that refer to such a model go with it: dbt leaves them out.
    singular = [node for node in nodes if getattr(node, "test_metadata", None) is None]
    assert dangling(singular) == []


def test_what_refers_to_a_group_from_outside_is_found() -> None:
    by_name = {node.name: node for node in parsed().nodes.values()}
    personas, outside = by_name["personas"], by_name["segment_daily"]
    changed = outside.to_dict()
    changed["depends_on"]["nodes"].append(personas.unique_id)
    assert dangling([personas, type(outside).from_dict(changed)]) == [
        "segment_daily refers to personas"
    ]


def test_a_rule_that_needs_a_group_is_listed_with_it() -> None:
    asked = {file.stem: condition(file) for file in rule_files(PROJECT / "models")}
    assert {name: said for name, said in asked.items() if said} == {
        "slipping_away": "var('using_predictions')"
    }


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, str]:
    """The demo with all groups, built the next day without any; and what that said."""
    deliveries = Deliveries(tmp_path_factory.mktemp("without"))
    deliveries.has_good_one()
    places = Places(DEMO, deliveries.places.warehouse, deliveries.places.published)
    with with_project_parsed_once(parsed_without_any):
        return places, build(places, NEXT, NONE).text


def tables(file: Path) -> set[str]:
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            "select table_name from duckdb_tables() union all"
            " select view_name from duckdb_views() where not internal"
        ).fetchall()
    return {name for (name,) in found}


def test_tables_of_groups_that_are_off_are_neither_published_nor_left(
    without: tuple[Places, str],
) -> None:
    places, said = without
    assert tables(places.published) == {*STAY, "release"}
    off = {
        node.name
        for node in parsed().nodes.values()
        if node.resource_type == "model" and groups_of(node)
    }
    assert len(off) > 40
    # The fits: whoever wants clusters again has those of before.
    assert tables(places.warehouse) & off == {"cluster_fits"}
    assert "Clusters" not in said
    assert "Quality" not in said
    assert f"Published {len(STAY)} tables" in said


def test_segments_that_need_a_group_are_off_as_removed_segments_are(
    without: tuple[Places, str],
) -> None:
    """Their periods end, and no day says that anybody left."""
    off = "regexp_matches(segment, '^(slipping_away|cluster_[0-9]+)$')"
    with duckdb.connect(str(without[0].warehouse), read_only=True) as connection:
        segments = {
            name for (name,) in connection.execute("select segment from segments").fetchall()
        }
        ends = dict(
            connection.execute(
                "select segment, max(coalesce(left_at, '9999-12-31')) from segment_history"
                f" where {off} group by segment"
            ).fetchall()
        )
        days = connection.execute(f"select distinct day from segment_daily where {off}").fetchall()
        others = connection.execute(
            f"select count(distinct segment) from segment_daily where day = '{NEXT}'"
        ).fetchall()
    assert not segments & ends.keys()
    assert len(ends) > 5
    assert set(ends.values()) == {date.fromisoformat(NEXT)}
    assert days == [(date(2026, 6, 30),)]
    assert others == [(len(segments),)]


def test_the_next_day_says_of_all_who_entered_or_left_why(
    without: tuple[Places, str],
) -> None:
    """Also where the day before was built with the groups."""
    with duckdb.connect(str(without[0].published), read_only=True) as connection:
        rules = "segment_changes inner join segments using (segment) where family = 'rule'"
        said = dict(
            connection.execute(
                f"select segment || ' ' || change, min(condition) from {rules} group by all"
            ).fetchall()
        )
        unknown = connection.execute(
            "select segment, contact_id from segment_changes where condition is null"
        ).fetchall()
    assert unknown == []
    assert said["more_than_5_orders entered"] == "order_count > 5"
    assert said["ordered_within_a_month left"] == "last_order_on + 1 month > '2026-07-01'"


def test_who_asks_for_what_is_off_is_told_its_var(
    without: tuple[Places, str], tmp_path: Path
) -> None:
    places, _ = without
    with pytest.raises(UserError, match="has no personas; run make build, with using_clusters: t"):
        write_personas(places.published, tmp_path / "personas.html")
    with opened(places.warehouse) as connection:
        copy = compiled_working_copy(places.warehouse, connection, NONE)
        said = r"slipping_away is switched off: .* if var\('using_predictions'\) is true"
    with opened(places.warehouse) as connection:
        with pytest.raises(UserError, match=said):
            preview("slipping_away", copy, connection)
        assert preview("vip", copy, connection).size > 0
    assert copy.notes == []


def test_members_are_exported_without_offers_and_messages_are_not(
    without: tuple[Places, str], tmp_path: Path
) -> None:
    places, _ = without

    def exported(segments: list[str], campaign: str | None) -> str:
        files = segments, campaign, layout_of("brevo"), tmp_path / "audiences"
        return export(*files, store_of(places), allowed_day(NEXT, {}))

    assert re.search(r"vip\.brevo\.csv: \d+ contacts", exported(["vip"], None))
    with duckdb.connect(str(places.warehouse), read_only=True) as connection:
        ((step,),) = connection.execute(
            "select min(campaign_id) from staging.stg_campaigns where sequence_step = 1"
        ).fetchall()
    with pytest.raises(UserError, match="were not built; run make build, with using_campaigns: tr"):
        exported([], step)
