"""Compares every published table on PostgreSQL with DuckDB's, row by row.

    python -m tests.parity                  builds the demo's first days on both engines
    python -m tests.parity WAREHOUSE        compares what is built: a DuckDB file, and the database
                                            that the target postgres of profiles.yml names

The demo is what `make test` loaded, in target/test; on PostgreSQL a database of its own is made for
it. Rows are sorted by their key and are to be equal: doubles within 1e-9 of their size or 1e-12,
JSON as what it says.
"""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.engines.loaded import bring_in
from customer_segments.engines.postgres import connect, connected
from customer_segments.errors import UserError
from customer_segments.files import log_of
from customer_segments.releases.primary_keys import project_keys
from customer_segments.sql import name

DBT = str(Path(sys.executable).with_name("dbt"))
DATABASE = "segments_parity"
FOLDER = Path("target/parity")
INPUTS = Path("target/test/warehouse.inputs")
# The day in the middle is not built to its end, so that the next build takes it out of the history.
DAYS = {"2026-06-30": [], "2026-07-01": ["--select", "+segment_history"], "2026-07-02": []}

Row = tuple[Any, ...]


@dataclass
class Compared:
    """One table on both engines."""

    table: str
    row_count: int
    other_row_count: int
    differences: list[str] = field(default_factory=list)
    difference_count: int = 0

    def add(self, text: str) -> None:
        """Note a difference; only the first few are kept."""
        self.difference_count += 1
        if len(self.differences) < 3:
            self.differences.append(text)


def are_equal(one: Any, other: Any) -> bool:
    """Say whether two values are the same but for the rounding of doubles and the form of JSON."""
    if isinstance(one, float) or isinstance(other, float):
        if not (isinstance(one, (int, float)) and isinstance(other, (int, float))):
            return False
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, str) and isinstance(other, str):
        if one == other:
            return True
        try:
            return one[:1] in ("{", "[") and are_equal(json.loads(one), json.loads(other))
        except json.JSONDecodeError:
            return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_equal(one[key], other[key]) for key in one)
    return bool(one == other)


def compared(
    table: str, columns: Sequence[str], key: Sequence[str], rows: list[Row], others: list[Row]
) -> Compared:
    """Compare the rows of a table; without a key they are sorted by all that is no double."""
    result = Compared(table, len(rows), len(others))
    places = [columns.index(column) for column in key] or list(range(len(columns)))

    def sort_key(row: Row) -> list[str]:
        return [_sortable(row[place]) for place in places]

    rows, others = sorted(rows, key=sort_key), sorted(others, key=sort_key)
    for row, other in _pairs(rows, others, sort_key if key else None):
        if row is None or other is None:
            where = "only on DuckDB" if other is None else "only on the other engine"
            result.add(f"{where}: {[(row or other or ())[place] for place in places][:6]}")
            continue
        unequal = [
            f"{column}: {mine!r} / {theirs!r}"
            for column, mine, theirs in zip(columns, row, other, strict=True)
            if not are_equal(mine, theirs)
        ]
        if unequal:
            result.add(f"{[row[place] for place in places][:6]}: {'; '.join(unequal)}"[:600])
    return result


def _pairs(
    rows: list[Row], others: list[Row], sort_key: Any
) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the rows of two sorted lists that have the same key, or that have none."""
    if sort_key is None:
        for place in range(max(len(rows), len(others))):
            yield (
                rows[place] if place < len(rows) else None,
                others[place] if place < len(others) else None,
            )
        return
    here = there = 0
    while here < len(rows) or there < len(others):
        mine = sort_key(rows[here]) if here < len(rows) else None
        theirs = sort_key(others[there]) if there < len(others) else None
        if theirs is None or (mine is not None and mine < theirs):
            yield rows[here], None
            here += 1
        elif mine is None or theirs < mine:
            yield None, others[there]
            there += 1
        else:
            yield rows[here], others[there]
            here, there = here + 1, there + 1


def _sortable(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6e}"
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(value), sort_keys=True)
        except json.JSONDecodeError:
            return value
    return "" if value is None else str(value)


def compare(file: Path, keys: Mapping[str, list[str]], schema: str = "main") -> list[Compared]:
    """Compare the public tables of a DuckDB file with those in a schema of PostgreSQL."""
    found = []
    with (
        duckdb.connect(str(file), read_only=True) as duck,
        connected() as connection,
        connection.cursor() as cursor,
    ):
        for model, key in keys.items():
            rows = duck.execute(f"from main.{name(model)}")
            columns = [column[0] for column in rows.description]
            selected = ", ".join(map(name, columns))
            cursor.execute(f"select {selected} from {schema}.{name(model)}")
            found.append(compared(model, columns, key, rows.fetchall(), cursor.fetchall()))
    return found


def report(tables: list[Compared]) -> bool:
    """Print what was compared; return whether all is equal."""
    width = max(len(each.table) for each in tables)
    print(f"{'table':{width}} {'DuckDB':>9} {'other':>9} {'unequal':>8}")
    for each in tables:
        print(
            f"{each.table:{width}} {each.row_count:>9} {each.other_row_count:>9}"
            f" {each.difference_count:>8}"
        )
        for difference in each.differences:
            print(f"    {difference}")
    unequal = [each for each in tables if each.difference_count]
    print(f"{len(tables) - len(unequal)} of {len(tables)} tables are equal")
    return not unequal


def build(day: str, target: str, warehouse: Path, part: Sequence[str]) -> None:
    """Build the demo's segments of a day with dbt, or a part of the models; stop with its words
    when it fails.
    """
    done = subprocess.run(
        [
            *(DBT, "--quiet", "build", "--target", target, *part),
            *("--exclude", "resource_type:unit_test", "tag:recount"),
            *(["resource_type:test"] if part else []),
            *("--vars", json.dumps({"as_of": day, "loaded_dir": str(INPUTS)})),
        ],
        env=os.environ
        | {
            "WAREHOUSE": str(warehouse),
            "PYTHONPATH": ".",
            "DBT_TARGET_PATH": str(FOLDER / target),
            "DO_NOT_TRACK": "1",
        },
        check=False,
    )
    if done.returncode:
        sys.exit(f"the build of {day} on {target} failed")


def make_database() -> None:
    """Make the demo's own database on PostgreSQL anew, and go there."""
    connection = connect()
    # A database is not made in a transaction.
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {DATABASE} with (force)")
        cursor.execute(f"create database {DATABASE} template template0")
    os.environ["POSTGRES_DATABASE"] = DATABASE


def main() -> int:
    """Build and compare, or compare what is built."""
    if sys.argv[1:]:
        subprocess.run(
            [DBT, "--quiet", "parse"],
            env=os.environ | {"DBT_TARGET_PATH": str(FOLDER / "dev")},
            check=True,
        )
        return 0 if report(compare(Path(sys.argv[1]), _keys())) else 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    # With the base name that the views of a DuckDB file remember.
    warehouse = FOLDER / "warehouse.duckdb"
    for file in (warehouse, log_of(warehouse)):
        file.unlink(missing_ok=True)
    make_database()
    bring_in(INPUTS)
    are_same = True
    for day, part in DAYS.items():
        for target in ("dev", "postgres"):
            build(day, target, warehouse, part)
        if not part:
            print(f"\n{day}")
            are_same &= report(compare(warehouse, _keys()))
    return 0 if are_same else 1


def _keys() -> dict[str, list[str]]:
    """Return the keys of the public tables, of the project as dbt last read it for DuckDB."""
    return project_keys(json.loads((FOLDER / "dev" / "manifest.json").read_text(encoding="utf-8")))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as problem:
        sys.exit(str(problem))
