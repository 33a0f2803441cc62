"""Input tables that a user's own tables fill, in place of files or beside them."""

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from customer_segments.inputs.layout import read_layout
from customer_segments.inputs.load import load
from tests.python.deliveries import OFF
from tests.python.plain_dbt import dbt
from tests.python.project_copy import Copy

TABLES = """
    drop schema if exists shop cascade;
    create schema shop;
    create table shop.people (contact_id bigint, email varchar, created_at timestamptz,
        city varchar, email_consent boolean, consent_at timestamptz);
    insert into shop.people values
        (7, ' Anna@example.ch ', timestamptz '2026-01-31 23:30:00+00', ' Zürich', true,
            timestamptz '2026-01-31 23:30:00+00'),
        (8, 'ben@example.ch', timestamptz '2026-02-01 10:00:00+01', '', null, null);
    create table shop.purchases (order_id varchar, contact_id bigint, ordered_at date,
        total_amount double, currency varchar);
    insert into shop.purchases values
        ('o1', 7, date '2026-06-01', 12.5, 'CHF'), ('o2', 8, date '2026-06-02', 99, 'CHF'),
        ('o3', 9, date '2026-06-02', 1, 'CHF'), ('o2', 8, date '2026-06-02', 98, 'CHF');
"""
SOURCES = """
sources:
  - name: shop
    tables:
      - name: people
      - name: purchases
        config:
          loaded_at_field: cast(ordered_at as timestamp)
          freshness:
            warn_after: {count: 1, period: day}
"""
VARIABLES = json.dumps(
    {"inputs": {"contacts": {"source": ["shop", "people"]}, "orders": {"ref": "own_orders"}}, **OFF}
)


class Own(Copy):
    """A project with its user's own tables in the warehouse, and nothing else."""

    def __init__(self, folder: Path, tables: str = TABLES) -> None:
        super().__init__(folder)
        self.warehouse.unlink()
        self.warehouse = self.root / "warehouse.duckdb"
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(tables)
        own = self.root / "models" / "own"
        own.mkdir()
        (own / "sources.yml").write_text(SOURCES)
        (own / "own_orders.sql").write_text("select * from {{ source('shop', 'purchases') }}\n")
        self.published.unlink()
        load(
            None,
            self.root / "target" / "warehouse.inputs",
            read_layout(),
            {"inputs": {"contacts": {"source": ["shop", "people"]}}},
        )

    def dbt(self, *command: str) -> subprocess.CompletedProcess[str]:
        # With the vars and the place of a build, which need not parse all again then.
        places = {"WAREHOUSE": self.warehouse.name, "DBT_TARGET_PATH": "target"}
        return dbt(self.root, *command, "--vars", VARIABLES, **places)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Own:
    project = Own(tmp_path_factory.mktemp("own"))
    done = project.dbt(
        *("build", "--exclude-resource-type", "unit_test", "test"),
        *("-s", "+source_row_counts", "given_columns", "int_knowledge"),
    )
    assert done.returncode == 0, done.stdout
    return project


def rows(project: Own, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).fetchall()


def test_typed_tables_fill_the_inputs_without_files(own: Own) -> None:
    assert rows(
        own,
        "select contact_id, email, cast(created_at as varchar), city, first_name, unread_values"
        " from input.input_contacts order by contact_id",
    ) == [
        ("7", "Anna@example.ch", "2026-01-31 23:30:00", "Zürich", None, None),
        ("8", "ben@example.ch", "2026-02-01 09:00:00", None, None, None),
    ]


def test_rows_of_tables_are_counted_staged_and_rejected(own: Own) -> None:
    assert rows(
        own,
        "select source, source_file, row_count, staged_count, deduplicated_count, rejected_count"
        " from staging.source_row_counts order by source",
    ) == [("contacts", "people", 2, 2, 0, 0), ("orders", "own_orders", 4, 2, 1, 1)]
    assert rows(own, "select source_file, reason from staging.rejected_rows") == [
        ("own_orders", "contact_id is not among the contacts")
    ]


def test_rows_with_one_key_have_the_same_number_whenever_they_are_read(own: Own) -> None:
    """Or a view would say of one row what holds of the other."""
    numbers = rows(
        own,
        "select total_amount, source_row_number from input.input_orders where order_id = 'o2'"
        " order by source_row_number",
    )
    assert numbers == [(98, 2), (99, 3)]
    assert rows(own, "select total_amount from staging.stg_orders where order_id = 'o2'") == [(99,)]


def test_what_no_table_fills_is_unknown(own: Own) -> None:
    assert rows(own, "select knows_orders, knows_email_events from intermediate.int_knowledge") == [
        (True, False)
    ]
    assert rows(own, "select distinct source from staging.given_columns order by source") == [
        ("contacts",),
        ("orders",),
    ]


def test_sources_have_freshness(own: Own) -> None:
    done = own.dbt("source", "freshness", "-s", "source:shop.purchases")
    assert "WARN freshness of shop.purchases" in done.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "alter table shop.people alter created_at type varchar",
            "people.created_at is VARCHAR, and input_contacts needs timestamp; cast it in a model",
        ),
        (
            "alter table shop.people drop contact_id",
            "people has no column contact_id, which input_contacts needs; add it",
        ),
        ("drop table shop.people", "people, which is not there"),
    ],
)
def test_a_table_that_does_not_fit_is_one_sentence(own: Own, change: str, said: str) -> None:
    with duckdb.connect(str(own.warehouse)) as connection:
        connection.execute(change)
    try:
        done = own.dbt("run", "-s", "input_contacts")
        assert done.returncode == 1
        assert said in done.stdout.replace('"', "").replace("warehouse.shop.", "")
    finally:
        with duckdb.connect(str(own.warehouse)) as connection:
            connection.execute(TABLES)


def test_a_shop_without_email_or_files_is_built(own: Own, tmp_path: Path) -> None:
    project = Own(tmp_path)
    shutil.copy(own.root / "target" / "partial_parse.msgpack", project.root / "target")
    done = project.run(
        *("-m", "customer_segments", "build", "--quiet", "--as-of", "2026-06-30"),
        *("--vars", VARIABLES),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(project.published), read_only=True) as connection:
        stages = connection.execute(
            "select contact_id, lifecycle_stage from lifecycle_segments order by contact_id"
        ).fetchall()
        engagement = connection.execute(
            "select distinct email_engagement from behaviour_segments"
        ).fetchall()
    assert stages == [("7", "new_customer"), ("8", "new_customer")]
    assert engagement == [(None,)]
