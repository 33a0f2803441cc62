"""How the project's own materializations put tables and views in place, in a project of its own."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from tests.python.plain_dbt import dbt
from tests.python.shared import NOTES, PROJECT

PROJECT_FILE = """
name: customer_segments
profile: customer_segments
model-paths: [models]
macro-paths: [macros]
models: {customer_segments: {+materialized: table, +persist_docs: {relation: true, columns: true}}}
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


# A segment of a rule, one that leaves its members out, and the list of the segments.
SEGMENTS = {
    "int_segment_manual_changes": """
        {{ config(materialized='table') }}
        select * from (values
            ('matched_and_added', 'chosen', 'add'), ('matched_and_removed', 'chosen', 'remove'),
            ('added', 'chosen', 'add'), ('removed', 'chosen', 'remove'),
            ('removed_elsewhere', 'other', 'remove'), ('added_elsewhere', 'unknown', 'add')
        ) as changes (contact_id, segment, action)
    """,
    "chosen": """
        {{ config(materialized=var('made_as', 'segment')) }}
        select contact_id, 1 as n from (values
            ('matched'), ('matched_and_added'), ('matched_and_removed'), ('removed_elsewhere'),
            ('twice'), ('twice')
        ) as contacts (contact_id)
        where {{ var('condition', 'true') }}
    """,
    "other": """
        select contact_id from (values
            ('matched'), ('added'), ('matched_and_removed'), ('removed'), ('removed_elsewhere')
        ) as contacts (contact_id)
        where contact_id not in (select contact_id from {{ ref('chosen') }})
    """,
    "listed": """
        {{ config(materialized='view') }}
        {{ rule_members('chosen') }} union all {{ rule_members('other') }}
    """,
}
AS_SEGMENTS = """
name: customer_segments
profile: customer_segments
model-paths: [models]
macro-paths: [macros]
models:
  customer_segments:
    +materialized: segment
    chosen: &rule {+pre-hook: "-- depends_on: {{ ref('int_segment_manual_changes') }}"}
    other: *rule
"""


class Own:
    """A project with the materializations and few models."""

    def __init__(
        self,
        folder: Path,
        models: Mapping[str, str] = MODELS,
        project: str = PROJECT_FILE,
        properties: str = PROPERTIES,
    ) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        (folder / "models").mkdir()
        (folder / "dbt_project.yml").write_text(project)
        (folder / "models" / "models.yml").write_text(properties)
        for name, sql in models.items():
            (folder / "models" / f"{name}.sql").write_text(sql)
        shutil.copy(PROJECT / "profiles.yml", folder)
        shutil.copytree(PROJECT / "macros" / "materializations", folder / "macros")
        for macro in (
            "matched_contacts",
            "members_after_manual_changes",
            "need_segment_settings",
            "rule_members",
        ):
            shutil.copy(PROJECT / "macros" / f"{macro}.sql", folder / "macros")

    def run(self, *options: str, **variables: object) -> subprocess.CompletedProcess[str]:
        return dbt(
            self.folder,
            *("--quiet", "run", "--threads", "1", "--vars", json.dumps(variables), *options),
            WAREHOUSE=str(self.warehouse),
            DBT_TARGET_PATH=str(self.folder / "target"),
            DBT_SEND_ANONYMOUS_USAGE_STATS="0",
            **NOTES,
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
    assert own.run(checked=2, other=2).returncode == 0
    failed = own.run(checked=3, other="cast(3 as bigint)")
    assert failed.returncode == 1
    assert "enforced contract" in failed.stdout
    assert own.contents() == {"before": 3, "checked": 3, "later": 2, "latest": 3}


def contacts(own: Own, relation: str) -> list[str]:
    with duckdb.connect(str(own.warehouse), read_only=True) as connection:
        rows = connection.execute(f"select contact_id from {relation} order by all").fetchall()
    return [contact for (contact,) in rows]


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> Own:
    own = Own(tmp_path_factory.mktemp("segments"), SEGMENTS, AS_SEGMENTS, "models: []")
    first = own.run()
    assert first.returncode == 0, first.stdout
    return own


def test_a_segment_is_its_members_and_its_rule_is_kept_beside(segments: Own) -> None:
    members = ["added", "matched", "matched_and_added", "removed_elsewhere", "twice", "twice"]
    assert contacts(segments, "chosen") == members
    matched = ["matched", "matched_and_added", "matched_and_removed", "removed_elsewhere"]
    assert contacts(segments, "matched_chosen") == [*matched, "twice", "twice"]
    assert contacts(segments, "listed where segment = 'chosen'") == contacts(
        segments, "matched_chosen"
    )


def test_a_segment_that_asks_for_another_gets_its_members(segments: Own) -> None:
    assert contacts(segments, "matched_other") == ["matched_and_removed", "removed"]
    assert contacts(segments, "other") == ["matched_and_removed", "removed"]


def test_a_segment_waits_for_the_manual_changes(segments: Own) -> None:
    manifest = json.loads((segments.folder / "target" / "manifest.json").read_text())
    needed = manifest["nodes"]["model.customer_segments.chosen"]["depends_on"]["nodes"]
    assert needed == ["model.customer_segments.int_segment_manual_changes"]


def test_a_segment_can_be_tried_without_rows(segments: Own) -> None:
    before = contacts(segments, "chosen")
    tried = segments.run("--empty")
    assert tried.returncode == 0, tried.stdout
    assert contacts(segments, "chosen") == contacts(segments, "matched_chosen")
    assert segments.run().returncode == 0
    assert contacts(segments, "chosen") == before


def test_a_segment_that_does_not_run_leaves_the_old_views(segments: Own) -> None:
    before = contacts(segments, "chosen"), contacts(segments, "matched_chosen")
    failed = segments.run(condition="no_such_column")
    assert failed.returncode == 1
    assert (contacts(segments, "chosen"), contacts(segments, "matched_chosen")) == before


def test_a_rule_that_is_made_otherwise_is_refused(segments: Own) -> None:
    failed = segments.run(made_as="view")
    assert failed.returncode == 1
    assert "models/chosen.sql is materialized as view" in failed.stdout
    assert "take materialized out of it" in failed.stdout
    assert segments.run().returncode == 0


def test_an_incremental_model_whose_column_changes_its_type_fails(tmp_path: Path) -> None:
    """The project's comparison of types, which takes them in any case, sees other types still."""
    kept = (
        "{{ config(materialized='incremental', on_schema_change='fail') }}"
        " select cast({{ var('n') }} as {{ var('type') }}) as n"
    )
    own = Own(tmp_path, {"kept": kept}, PROJECT_FILE, "models: []")
    for type_, code in (("date", 0), ("DATE", 0), ("timestamp", 1)):
        done = own.run(n="'2026-06-30'", type=type_)
        assert done.returncode == code, done.stdout
    assert "'column_name': 'n', 'new_type': 'TIMESTAMP'" in done.stdout
