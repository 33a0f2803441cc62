"""What the check of changes finds between two sets of published tables."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segments.errors import UserError
from customer_segments.releases.changes import Changes, find_changes

BEFORE = {
    "segments": "segment varchar not null, family varchar, label varchar, as_of date",
    "segment_members": "contact_id varchar not null, segment varchar not null,"
    " primary key (contact_id, segment)",
    "kpis": "campaign_id varchar primary key, sent integer not null, revenue decimal(10, 2)",
}


def write(path: Path, tables: dict[str, str], sizes: dict[str, int]) -> Path:
    """Write a published file whose segments have so many members."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for table, columns in tables.items():
            connection.execute(f"create table {table} ({columns})")
        for segment, size in sizes.items():
            connection.execute(
                "insert into segments by name select ? as segment, 'rule' as family,"
                " date '2026-06-30' as as_of",
                [segment],
            )
            connection.execute(
                "insert into segment_members by name"
                " select 'C' || i as contact_id, ? as segment from range(?) as t(i)",
                [segment, size],
            )
    return path


def project(tables: dict[str, str], **bounds: float) -> dict[str, Any]:
    """A dbt manifest with these tables public, and segments with bounds of their own."""
    nodes: dict[str, Any] = {}
    with duckdb.connect() as connection:
        for table, columns in tables.items():
            connection.execute(f"create table {table} ({columns})")
            described = connection.execute(f"describe {table}").fetchall()
            key = [name for name, _, _, kind, *_ in described if kind == "PRI"]
            nodes[f"model.{table}"] = {
                "name": table,
                "unique_id": f"model.{table}",
                "resource_type": "model",
                "access": "public",
                "fqn": ["project", table],
                "config": {"meta": {}},
                "constraints": [{"type": "primary_key", "columns": key}] if key else [],
                "columns": {
                    name: {
                        "data_type": data_type.lower(),
                        "constraints": [{"type": "not_null"}] if is_null == "NO" else [],
                    }
                    for name, data_type, is_null, *_ in described
                },
            }
    for segment, bound in bounds.items():
        nodes[f"model.{segment}"] = {
            "name": segment,
            "unique_id": f"model.{segment}",
            "resource_type": "model",
            "access": "protected",
            "fqn": ["project", "marts", "segments", "rules", segment],
            "config": {"meta": {"size_change_bound": bound}},
            "depends_on": {"nodes": []},
            "columns": {},
        }
    return {"nodes": nodes}


def check(
    folder: Path,
    tables: dict[str, str],
    sizes: tuple[dict[str, int], dict[str, int]] = ({}, {}),
    **bounds: float,
) -> Changes:
    before = write(folder / "before.duckdb", BEFORE, sizes[0])
    after = write(folder / "after.duckdb", tables, sizes[1])
    with duckdb.connect(str(after), read_only=True) as connection:
        return find_changes(connection, project(tables, **bounds), before, 0.3, 20)


def found(changes: Changes) -> list[tuple[str, str, str]]:
    return [(each.severity.name, each.subject, each.sentence) for each in changes.findings]


def test_the_same_tables_have_no_changes(tmp_path: Path) -> None:
    changes = check(tmp_path, BEFORE, ({"vip": 100}, {"vip": 100}))
    assert (changes.findings, changes.exit_code) == ([], 0)


@pytest.mark.parametrize(
    ("table", "columns", "expected", "code"),
    [
        ("kpis", None, ("BREAKING", "kpis", "the table is gone"), 4),
        (
            "kpis",
            "campaign_id varchar primary key, sent integer not null, turnover decimal(10, 2)",
            ("BREAKING", "kpis.revenue", "the column is gone, perhaps renamed to turnover"),
            4,
        ),
        (
            "kpis",
            "campaign_id varchar primary key, sent smallint not null, revenue decimal(10, 2)",
            (
                "BREAKING",
                "kpis.sent",
                "INTEGER became SMALLINT, which does not hold all its values",
            ),
            4,
        ),
        (
            "kpis",
            "campaign_id varchar primary key, sent integer not null, revenue decimal(11, 4)",
            (
                "BREAKING",
                "kpis.revenue",
                "DECIMAL(10,2) became DECIMAL(11,4), which does not hold all its values",
            ),
            4,
        ),
        (
            "kpis",
            "campaign_id varchar, sent integer not null, revenue decimal(10, 2),"
            " day date, primary key (campaign_id, day)",
            ("BREAKING", "kpis", "one row was one campaign_id; now it is one campaign_id, day"),
            4,
        ),
        (
            "kpis",
            "campaign_id varchar primary key, sent integer, revenue decimal(10, 2)",
            ("WARNING", "kpis.sent", "may be NULL now"),
            3,
        ),
        (
            "kpis",
            "campaign_id varchar primary key, sent bigint not null, revenue decimal(10, 2)",
            ("NOTE", "kpis.sent", "INTEGER became BIGINT"),
            0,
        ),
        (
            "kpis",
            "campaign_id varchar primary key, sent integer not null, revenue decimal(12, 4)",
            ("NOTE", "kpis.revenue", "DECIMAL(10,2) became DECIMAL(12,4)"),
            0,
        ),
        ("new_table", "n integer", ("NOTE", "new_table", "the table is new"), 0),
    ],
)
def test_each_change_of_form_is_found(
    tmp_path: Path, table: str, columns: str | None, expected: tuple[str, str, str], code: int
) -> None:
    tables = {name: form for name, form in {**BEFORE, table: columns}.items() if form}
    changes = check(tmp_path, tables)
    assert found(changes)[0] == expected
    assert changes.exit_code == code


def test_without_what_the_segments_are_compared_by_the_rest_is(tmp_path: Path) -> None:
    tables = {**BEFORE, "segments": BEFORE["segments"].replace("family varchar, ", "")}
    before = write(tmp_path / "before.duckdb", BEFORE, {"vip": 10})
    after = write(tmp_path / "after.duckdb", tables, {})
    with duckdb.connect(str(after), read_only=True) as connection:
        changes = find_changes(connection, project(tables), before, 0.3, 20)
    assert found(changes) == [("BREAKING", "segments.family", "the column is gone")]


def test_a_segment_may_be_new_but_not_vanish(tmp_path: Path) -> None:
    changes = check(tmp_path, BEFORE, ({"vip": 1, "old": 1}, {"vip": 1, "new": 1}))
    assert found(changes) == [
        ("BREAKING", "old", "the segment is gone"),
        ("NOTE", "new", "the segment is new"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "is_found"),
    [
        (100, 130, False),  # exactly the bound
        (100, 131, True),
        (100, 69, True),
        (100, 70, False),
        (19, 0, False),  # too few to matter
        (20, 0, True),
        (0, 19, False),
        (0, 20, True),
        (0, 0, False),
    ],
)
def test_a_size_may_move_up_to_its_bound(
    tmp_path: Path, before: int, after: int, is_found: bool
) -> None:
    changes = check(tmp_path, BEFORE, ({"vip": before}, {"vip": after}))
    assert bool(changes.findings) == is_found
    assert changes.exit_code == (3 if is_found else 0)
    if is_found:
        (moved,) = changes.moved.changes
        assert (moved.before, moved.after) == (before, after)
        assert (moved.entering, moved.leaving) == (max(after - before, 0), max(before - after, 0))


def test_a_segment_may_have_a_bound_of_its_own(tmp_path: Path) -> None:
    sizes = ({"vip": 100, "calm": 100}, {"vip": 150, "calm": 150})
    changes = check(tmp_path, BEFORE, sizes, vip=0.6)
    assert found(changes) == [("WARNING", "calm", "moved by +50%, more than ±30%")]


def test_a_manifest_stands_for_the_tables_of_another_revision(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(project(BEFORE)))
    tables = {**BEFORE, "kpis": "campaign_id varchar, sent integer not null, day date"}
    after = write(tmp_path / "after.duckdb", tables, {})
    with duckdb.connect(str(after), read_only=True) as connection:
        changes = find_changes(connection, project(tables), manifest, 0.3, 20)
        assert found(changes) == [
            ("BREAKING", "kpis.revenue", "the column is gone"),
            ("WARNING", "kpis.campaign_id", "may be NULL now"),
            ("NOTE", "kpis.day", "the column is new"),
        ]
        manifest.write_text("{}")
        with pytest.raises(UserError, match="no dbt manifest"):
            find_changes(connection, project(tables), manifest, 0.3, 20)


def test_what_is_no_database_can_not_be_compared(tmp_path: Path) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"no database")
    after = write(tmp_path / "after.duckdb", BEFORE, {})
    with duckdb.connect(str(after), read_only=True) as connection:
        for name, words in (("broken", "not a valid DuckDB"), ("absent", "there is no")):
            with pytest.raises(UserError, match=words):
                find_changes(connection, project(BEFORE), tmp_path / f"{name}.duckdb", 0.3, 20)


def test_the_text_is_a_table_for_people_or_for_a_pull_request(tmp_path: Path) -> None:
    changes = check(tmp_path, BEFORE, ({"vip": 100, "old": 1}, {"vip": 150}))
    assert changes.as_text().splitlines()[0] == (
        "Changes of the published tables: 1 breaking, 1 warnings, 0 notes"
    )
    markdown = changes.as_text(markdown=True)
    assert "| breaking | old | the segment is gone |" in markdown
    assert "| vip | 100 | 150 | +50 | -0 | +50%, more than ±30% |" in markdown
