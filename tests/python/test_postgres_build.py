"""A build of the demo on PostgreSQL, what it publishes, and a red one with somebody to erase."""

import csv
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from customer_segments.cli import main
from customer_segments.engines.postgres_database import PUBLISHED, SCHEMAS
from customer_segments.inputs.delivery import DEMO
from customer_segments.report.report import write_report
from tests.parity import compare
from tests.python.deliveries import DAY
from tests.python.report_figures import figures
from tests.python.shared import PROJECT
from tests.python.test_postgres_releases import files_with, run

pytest.importorskip("psycopg2", reason="the driver for PostgreSQL is not installed")
pytest.importorskip("duckdb_extension_postgres_scanner", reason="DuckDB can't read PostgreSQL")

FILE = PROJECT / os.environ.get("PUBLISHED", "target/test/segments.duckdb")
PERSON = "C00005"


class Shop:
    """The demo, built on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.raw = folder, folder / "raw"
        shutil.copytree(DEMO, self.raw)

    def segments(self, *command: str, exit_code: int = 0) -> str:
        """Run a command, and return what it says."""
        places = ["--target", "postgres", "--warehouse", str(self.folder / "postgres.warehouse")]
        places += ["--published", str(self.folder / "segments.duckdb")]
        result = CliRunner().invoke(main, [*command, *places])
        assert result.exit_code == exit_code, result.output + str(result.exception)
        return result.output + str(result.exception or "")

    def build(self, *options: str, exit_code: int = 0) -> str:
        asked = ["--raw", str(self.raw), "--as-of", DAY, "--quiet", *options]
        return self.segments("build", *asked, exit_code=exit_code)


@pytest.fixture(scope="module")
def shop(server: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    run("drop database if exists built with (force)", "create database built template template0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSTGRES_DATABASE", "built")
        shop = Shop(tmp_path_factory.mktemp("postgres"))
        said = shop.build()
        assert f"schema {PUBLISHED}" in said
        yield shop


def test_what_is_published_is_what_a_file_has(shop: Shop) -> None:
    ((manifest,),) = run(f"select obj_description('{PUBLISHED}'::regnamespace)")
    keys = json.loads(manifest)["keys"]
    assert len(keys) > 20
    tables = compare(FILE, keys, PUBLISHED)
    assert {each.table: each.differences for each in tables if each.differences} == {}
    # On the first day there is none to compare it with.
    first = {"segment_alerts", "segment_changes", "segment_transitions"}
    assert {each.table for each in tables if not each.row_count} == first


def test_the_report_of_a_build_is_that_of_the_file(shop: Shop, tmp_path: Path) -> None:
    """But for the release, which has its own number and time."""
    page = tmp_path / "report.html"
    write_report(FILE, page)
    reports = [
        [found for found in figures(path.read_text("utf-8")).found if found[0] != "release - age"]
        for path in (page, shop.folder / "postgres.report.html")
    ]
    assert reports[0] == reports[1] and len(reports[0]) > 3000


def test_no_draft_is_left(shop: Shop) -> None:
    found = run("select nspname from pg_namespace where nspname !~ '^pg_'")
    schemas = {schema for (schema,) in found}
    # Without vendors there is no schema of theirs.
    expected = {*SCHEMAS, PUBLISHED, "loaded", "public", "information_schema"} - {"vendors"}
    assert schemas == expected


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["releases"], "published"),
        (["preview", "vip"], "order_count_12m >= 4"),
        (["explain", "vip", PERSON], f"{PERSON} is"),
        (["diff"], "would stay as published"),
        (["changes"], "0 breaking, 0 warnings, 0 notes"),
        (["export", "vip", "--as-of", DAY, "--folder", "{folder}"], "vip.brevo.csv: "),
        (["report", "--output", "{folder}/by_hand.html"], "by_hand.html"),
        (["personas", "--output", "{folder}/personas.html"], "personas: "),
        (["journeys", "--output", "{folder}/journeys.html"], f"built are {DAY}"),
        (["forget-day", DAY], "of a DuckDB file only"),
        (["contracts"], "of DuckDB only"),
    ],
)
def test_other_commands_read_it(shop: Shop, command: list[str], said: str) -> None:
    told = shop.segments(
        *(word.format(folder=shop.folder) for word in command),
        exit_code=int(command[0] in ("journeys", "forget-day", "contracts")),
    )
    assert said in told


def test_a_red_build_erases_and_leaves_the_rest(shop: Shop, server: Path) -> None:
    assert files_with(server, PERSON)
    members = f"""
        select segment, count(*) from {PUBLISHED}.segment_members
        where contact_id <> '{PERSON}' group by segment order by segment
    """
    before = run(members)
    with (shop.raw / "erasures.csv").open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow([PERSON, "2026-06-30T10:00:00Z"])
    told = shop.build("--vars", "{minimum_age: many}", exit_code=1)
    assert 'column "many" does not exist' in told
    assert "is as it was, and so is the warehouse, but for the erased" in told
    assert "main__draft until the next one" in told
    assert (tables_with(PERSON), files_with(server, PERSON)) == ([], [])
    assert run(members) == before
    assert run(f"select release from {PUBLISHED}.release") == [(1,)]
    assert "run make build, then export" in shop.segments("export", "vip", exit_code=1)
    assert shop.segments("rollback", exit_code=1).endswith("there is none before it")


def tables_with(text: str) -> list[str]:
    """The tables of the database with a row that has a text in it."""
    tables = run(
        "select oid::regclass::text from pg_class where relkind = 'r'"
        " and relnamespace <> 'information_schema'::regnamespace"
    )
    return [
        table
        for (table,) in tables
        if run(f"select 1 from {table} as row where row::text like '%{text}%' limit 1")
    ]
