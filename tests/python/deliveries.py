"""A warehouse that is fed one delivery after the other, for scenarios that need more than one."""

import csv
import fcntl
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest

from customer_segments import pipeline
from customer_segments.dbt import parse
from customer_segments.errors import UserError
from customer_segments.inputs.batches import Batches
from customer_segments.inputs.delivery import DEMO
from customer_segments.pipeline import build
from customer_segments.places import Places
from tests.python.people import GOOD
from tests.python.shared import AFTER_REFUSED, DEMO_WAREHOUSE, FIRST, PROJECT

DAY = "2026-06-30"
SAMPLES = PROJECT / "tests" / "samples"
VENDORS = sorted(folder.name for folder in SAMPLES.iterdir())
# Groups of results that take a third of a build; who looks at one of them builds with all.
OFF = {"using_predictions": False, "using_clusters": False, "using_quality": False}
VENDOR_DATES = {"hubspot": {"order": "month_first", "timezone": "America/New_York"}}

Row = dict[str, str]
Change = Callable[[Path], None]


@cache
def parsed() -> Manifest:
    """Return the project, as `make test` parsed it for its build, since that takes long."""
    return parse({}, DEMO_WAREHOUSE)


@cache
def parsed_with_vendors() -> Manifest:
    """Return the project with the models of all vendors."""
    return parsed_apart("vendors", {"from": VENDORS, "vendor_dates": VENDOR_DATES})


@cache
def parsed_without_groups() -> Manifest:
    """Return the project without the groups of results that OFF switches off."""
    return parsed_apart("without_groups", OFF)


def parsed_apart(name: str, variables: Mapping[str, Any]) -> Manifest:
    """Parse the project for other vars in a folder that all workers have: for other vars than the
    last dbt parses all anew, in half the time of a build.
    """
    folder = PROJECT / "target" / "test" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.setenv("DBT_TARGET_PATH", str(folder))
        return parse(variables, DEMO_WAREHOUSE)


@contextmanager
def with_project_parsed_once(
    project: Callable[[], Manifest] = parsed_without_groups,
) -> Iterator[pytest.MonkeyPatch]:
    """Let builds have the project as it was parsed before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "parse", lambda *_: project())
        yield patch


class Deliveries:
    """Deliveries of the demo's files, changed, to a warehouse of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raw = folder / "raw"
        self.places = Places(
            self.raw, folder / "warehouse.duckdb", folder / "published" / "segments.duckdb"
        )

    def has_good_one(self) -> None:
        """Begin with the demo as it is, built and published."""
        for path in GOOD.glob("warehouse.*"):
            (shutil.copytree if path.is_dir() else shutil.copy)(path, self.folder / path.name)
        self.places.published.parent.mkdir()
        for path in GOOD.glob("segments.*"):
            target = self.places.published.parent / path.name
            (shutil.copytree if path.is_dir() else shutil.copy)(path, target)

    def deliver(self, *changes: Change) -> str:
        """Build with the demo's files after the changes, and return the summary.

        Raises UserError as the build does.
        """
        shutil.rmtree(self.raw, ignore_errors=True)
        shutil.copytree(DEMO, self.raw)
        for change in changes:
            change(self.raw)
        with with_project_parsed_once():
            return build(self.places, DAY, OFF).text

    def deliver_odd(self, *changes: Change) -> str:
        """Build as deliver does; where files look odd beside the last, somebody accepts them."""
        try:
            return self.deliver(*changes)
        except UserError as error:
            (batch,) = set(re.findall(r"make accept BATCH=(\w+)", str(error)))
            Batches(self.places.warehouse).accept(batch, "it is\nmeant")
            return self.deliver(*changes)

    def is_refused(self, *changes: Change) -> str:
        """Deliver the changes with amounts that are none, and return why the build stops."""
        with pytest.raises(UserError) as stopped:
            self.deliver(*changes, each("orders", lambda row: row.update(total_amount="n/a")))
        return str(stopped.value)

    def begin(self, time: str, *changes: Change) -> None:
        """Bring the warehouse to one of TIMES; the refused delivery has the changes as well."""
        if time != FIRST:
            self.has_good_one()
        if time == AFTER_REFUSED:
            self.is_refused(*changes)

    def warehouse(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the warehouse answers."""
        with duckdb.connect(str(self.places.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the published file answers."""
        with duckdb.connect(str(self.places.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def read(folder: Path, table: str) -> list[Row]:
    """Return the rows of a raw file."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [dict(row) for row in csv.DictReader(stream)]


def write(folder: Path, table: str, rows: list[Row]) -> None:
    """Write a raw file; columns are those of all rows."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def each(table: str, change: Callable[[Row], object]) -> Change:
    """Change rows in place."""
    return rows(table, lambda found: [row for row in found if change(row) or True])


def rows(table: str, change: Callable[[list[Row]], list[Row]]) -> Change:
    """Add, leave out or reorder rows."""
    return lambda folder: write(folder, table, change(read(folder, table)))
