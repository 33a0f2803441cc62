"""Vendors' exports, as they come, yield the rows that their documentation means.

Each folder of tests/samples holds files in one vendor's layout, and beside them, in `expected`, the rows of
each table as a person reads them out of those files.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT

SAMPLES = PROJECT / "tests" / "samples"
VENDORS = sorted(folder.name for folder in SAMPLES.iterdir())
TABLES = [
    (vendor, file.stem)
    for vendor in VENDORS
    for file in sorted((SAMPLES / vendor / "expected").iterdir())
]
DATES = {"hubspot": {"order": "month_first", "timezone": "America/New_York"}}
# Made of a hash, which nobody writes by hand.
HASHED = {"event_id"}


def dbt(folder: Path, *command: str, **variables: object) -> subprocess.CompletedProcess[str]:
    """Run dbt on the project with a warehouse and a target folder in a folder."""
    return subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", *command, "--vars", json.dumps(variables)],
        cwd=PROJECT,
        env={
            **os.environ,
            "WAREHOUSE": str(folder / "warehouse.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the mapping models of all vendors, built on the samples."""
    folder = tmp_path_factory.mktemp("vendors")
    variables = {"from": VENDORS, "raw_dir": str(SAMPLES), "vendor_dates": DATES}
    done = dbt(folder, "build", "-s", "path:models/vendors", **variables)
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def expected_rows(vendor: str, table: str) -> tuple[list[str], list[tuple[str | None, ...]]]:
    with (SAMPLES / vendor / "expected" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, [tuple(value or None for value in row) for row in rows]


def in_order(rows: list[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    return sorted(rows, key=lambda row: [value or "" for value in row])


@pytest.mark.parametrize(("vendor", "table"), TABLES)
def test_a_sample_yields_the_rows_that_a_person_reads_in_it(
    mapped: duckdb.DuckDBPyConnection, vendor: str, table: str
) -> None:
    header, rows = expected_rows(vendor, table)
    relation = f"vendors.{vendor}_{table}"
    columns = [row[0] for row in mapped.execute(f"describe {relation}").fetchall()]
    assert set(columns) - set(header) <= HASHED
    texts = ", ".join(f'cast("{column}" as varchar)' for column in header)
    assert in_order(mapped.execute(f"select {texts} from {relation}").fetchall()) == in_order(rows)


def test_each_mapping_has_its_expected_rows(mapped: duckdb.DuckDBPyConnection) -> None:
    models = mapped.execute(
        "select table_name from information_schema.columns where column_name = 'unread_values'"
    ).fetchall()
    assert {model for (model,) in models} == {f"{vendor}_{table}" for vendor, table in TABLES}
