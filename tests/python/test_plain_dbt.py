"""A batch that stops a build stops dbt alone as well: nothing is made of it."""

import shutil
from pathlib import Path

import duckdb
import pytest

from customer_segments.dbt import run_dbt
from customer_segments.errors import UserError
from customer_segments.runs import BUILD
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

TEST = PROJECT / "target" / "test"
# What staging remembers, for later builds.
REMEMBERED = (
    "deliveries",
    "remembered_contact_ids",
    "remembered_first_days",
    "remembered_refusals",
)


def marts(warehouse: Path) -> dict[str, tuple[int, str | None]]:
    """Return rows and a hash of each table that others read or later builds are made from."""
    with duckdb.connect(str(warehouse), read_only=True) as db:
        tables = db.execute(
            "select table_name from duckdb_tables() where schema_name = 'main'"
            f" and table_name not in {(*REMEMBERED, 'model_days', 'unfinished_days')}"
        ).fetchall()
        return {
            table: db.execute(
                f"select count(*), cast(sum(hash(rows)) as varchar) from main.{table} as rows"
            ).fetchall()[0]
            for (table,) in tables
        }


def test_nothing_is_made_of_a_batch_that_stops(tmp_path: Path) -> None:
    warehouse, loaded = tmp_path / "warehouse.duckdb", tmp_path / "warehouse.inputs"
    shutil.copy(TEST / "warehouse.duckdb", warehouse)
    shutil.copytree(TEST / "warehouse.inputs", loaded)
    before = marts(warehouse)
    assert {"behaviour_segments", "segment_history", "dim_contacts", "dim_campaigns"} <= set(before)
    for file in (loaded / "orders").glob("*.parquet"):
        with duckdb.connect() as db:
            db.execute(f"create table orders as from '{file}'")
            db.execute("update orders set total_amount = 100 * total_amount")
            db.execute(f"copy orders to '{file}'")
    variables = {"loaded_dir": str(loaded)}
    # Nor of one that is delivered again: what stopped is not what was known before.
    for selected in ((), ("--select", "+batch_findings")):
        with pytest.raises(UserError, match="The files look odd: orders: total_amount "):
            run_dbt([*BUILD, *selected], variables, warehouse, parsed())
        assert marts(warehouse) == before
