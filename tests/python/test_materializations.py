"""How the project's own materializations put tables and views in place, in a project of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT

PROJECT_FILE = """
name: own
profile: customer_segments
model-paths: [models]
macro-paths: [macros]
models: {own: {+materialized: table, +persist_docs: {relation: true, columns: true}}}
"""
PROPERTIES = """
models:
  - name: checked
    config: {contract: {enforced: true}}
    columns:
      - {name: n, data_type: integer, constraints: [{type: not_null}]}
  - name: later
    description: One row.
    config: {contract: {enforced: true}}
    columns:
      - {name: n, data_type: integer, description: A number.}
"""
# One thread runs them by name: the table at fault stands between two others.
MODELS = {
    "before": "select {{ var('other') }} as n",
    "checked": "select cast({{ var('checked') }} as integer) as n",
    "later": "{{ config(materialized='view') }} select {{ var('other') }} as n",
    "latest": "select {{ var('other') }} as n",
}


class Own:
    """A project with the materializations and few models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        (folder / "models").mkdir()
        (folder / "dbt_project.yml").write_text(PROJECT_FILE)
        (folder / "models" / "models.yml").write_text(PROPERTIES)
        for name, sql in MODELS.items():
            (folder / "models" / f"{name}.sql").write_text(sql)
        shutil.copy(PROJECT / "profiles.yml", folder)
        shutil.copytree(PROJECT / "macros" / "materializations", folder / "macros")

    def run(self, **variables: object) -> subprocess.CompletedProcess[str]:
        dbt = Path(sys.executable).with_name("dbt")
        return subprocess.run(
            [str(dbt), "--quiet", "run", "--threads", "1", "--vars", json.dumps(variables)],
            cwd=self.folder,
            env={
                **os.environ,
                "WAREHOUSE": str(self.warehouse),
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def contents(self) -> dict[str, object]:
        """Return the one value of each table and view, by name."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            tables = connection.execute("select table_name from information_schema.tables")
            return {
                name: connection.execute(f'select n from "{name}"').fetchall()[0][0]
                for (name,) in tables.fetchall()
            }


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Own:
    own = Own(tmp_path_factory.mktemp("own"))
    first = own.run(checked=1, other=1)
    assert first.returncode == 0, first.stdout
    assert own.contents() == dict.fromkeys(MODELS, 1)
    return own


def test_a_view_has_its_descriptions(own: Own) -> None:
    with duckdb.connect(str(own.warehouse), read_only=True) as connection:
        comments = connection.execute("""
            select comment from duckdb_views() where view_name = 'later'
            union all select comment from duckdb_columns() where table_name = 'later'
        """).fetchall()
    assert comments == [("One row.",), ("A number.",)]


def test_a_table_that_fails_half_made_leaves_the_old_one_and_the_others_run(own: Own) -> None:
    failed = own.run(checked="null", other=2)
    assert failed.returncode == 1
    assert "NOT NULL constraint failed" in failed.stdout
    assert own.contents() == {"before": 2, "checked": 1, "later": 2, "latest": 2}


def test_a_view_with_other_columns_than_its_contract_is_not_made(own: Own) -> None:
    failed = own.run(checked=3, other="cast(3 as bigint)")
    assert failed.returncode == 1
    assert "enforced contract" in failed.stdout
    assert own.contents() == {"before": 3, "checked": 3, "later": 2, "latest": 3}
