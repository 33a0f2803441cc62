"""Tests that a table whose key is broken is not put in place, and that its rows are named."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from customer_segments.failures import failures

PROPERTIES = """
models:
  - name: stays
    config:
      contract:
        enforced: {enforced}
    constraints:
      - type: primary_key
        columns: [contact_id, segment]
    columns:
      - {{name: contact_id, data_type: varchar}}
      - {{name: segment, data_type: varchar}}
"""
GOOD = [("C1", "vip"), ("C1", "men"), ("C2", "vip")]


class Project:
    """A project of one table with a key, and this project's materializations."""

    def __init__(self, root: Path, enforced: bool) -> None:
        self.root, self.warehouse = root, root / "warehouse.duckdb"
        shutil.copytree(PROJECT / "macros/materializations", root / "macros")
        outputs = {"dev": {"type": "duckdb", "path": str(self.warehouse)}}
        (root / "dbt_project.yml").write_text("{name: keys, profile: keys}")
        (root / "profiles.yml").write_text(
            json.dumps({"keys": {"target": "dev", "outputs": outputs}})
        )
        (root / "models").mkdir()
        (root / "models/stays.yml").write_text(PROPERTIES.format(enforced=str(enforced).lower()))

    def build(self, rows: Sequence[tuple[str | None, str]]) -> list[str]:
        """Build the table of these rows and return what failed."""
        values = ", ".join(f"({'null' if c is None else repr(c)}, {s!r})" for c, s in rows)
        (self.root / "models/stays.sql").write_text(
            "{{ config(materialized='table') }}"
            f" select * from (values {values}) as v (contact_id, segment)"
        )
        places = ("--project-dir", str(self.root), "--profiles-dir", str(self.root))
        outcome = dbtRunner().invoke(["run", *places, "--quiet"])
        DuckDBConnectionManager.close_all_connections()
        return failures(outcome.result, self.warehouse)

    def rows(self) -> list[tuple[str, str]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute("from stays").fetchall()


@pytest.mark.parametrize("enforced", [True, False])
def test_a_table_with_a_broken_key_is_not_put_in_place(tmp_path: Path, enforced: bool) -> None:
    project = Project(tmp_path, enforced)
    assert project.build(GOOD) == []
    wrong = "model stays has keys that are unknown, or there twice: 1 of (contact_id, segment)"
    assert project.build([*GOOD, ("C2", "vip")]) == [
        f"{wrong}; such as contact_id = C2, segment = vip, row_count = 2"
    ]
    assert project.build([*GOOD, (None, "vip")]) == [
        f"{wrong}; such as contact_id = unknown, segment = vip, row_count = 1"
    ]
    assert sorted(project.rows()) == sorted(GOOD)


def test_the_key_costs_no_index(tmp_path: Path) -> None:
    project = Project(tmp_path, enforced=True)
    project.build(GOOD)
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        kinds = connection.execute("select constraint_type from duckdb_constraints()").fetchall()
    assert kinds == []
