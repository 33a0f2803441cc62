"""Builds with files as people export them: what is built around, what stops, what is published."""

import contextlib
import csv
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from customer_segments import cli
from customer_segments.files import checksum
from customer_segments.locks import held
from customer_segments.releases.draft import Draft
from tests.python.deliveries import (
    OFF,
    parsed,
    parsed_without_groups,
    with_project_parsed_once,
)
from tests.python.report_figures import differences, figures
from tests.python.shared import PROJECT

Rows = Sequence[Sequence[str]]

CONTACTS: Rows = [
    ["contact_id", "email", "created_at"],
    ["C1", "anna@example.com", "2026-01-05T10:00:00Z"],
    ["C2", "ben@example.com", "2026-01-06T10:00:00Z"],
]
ORDERS: Rows = [
    ["order_id", "contact_id", "ordered_at", "total_amount"],
    ["O1", "C1", "2026-02-01T10:00:00Z", "19.90"],
]
EVENTS: Rows = [["event_id", "contact_id", "event_type", "occurred_at"]]


class Shop:
    """A folder of raw files, and the builds made of it."""

    def __init__(self, folder: Path, has_all_groups: bool = False) -> None:
        self.has_all_groups = has_all_groups
        self.raw = folder / "raw"
        self.raw.mkdir()
        self.warehouse = folder / "warehouse.duckdb"
        self.published = folder / "published" / "segments.duckdb"
        self.write("contacts", CONTACTS)
        self.write("orders", ORDERS)
        self.write("email_events", EVENTS)

    def write(self, table: str, rows: Rows) -> None:
        with (self.raw / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)

    def build(self, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("build", *options, **variables)

    def run(
        self, command: str, *options: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as its process would, which takes seconds to start, in this one."""
        said, complained, status = io.StringIO(), io.StringIO(), 0
        groups = {} if self.has_all_groups else OFF
        options = *options, "--vars", json.dumps({**groups, **variables})
        with (
            with_project_parsed_once(
                parsed if self.has_all_groups else parsed_without_groups
            ) as patch,
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(complained),
        ):
            patch.setattr(sys, "argv", ["segments", command, *options])
            for name, value in self.environment().items():
                patch.setenv(name, value)
            try:
                cli.run()
            except SystemExit as stopped:
                status = 1 if isinstance(stopped.code, str) else int(stopped.code or 0)
                if isinstance(stopped.code, str):
                    print(stopped.code, file=sys.stderr)
        return subprocess.CompletedProcess([], status, said.getvalue(), complained.getvalue())

    def environment(self) -> dict[str, str]:
        places = {"WAREHOUSE": str(self.warehouse), "PUBLISHED": str(self.published)}
        return {"RAW": str(self.raw), "AS_OF": "2026-03-31", **places}

    def start(self, command: str, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "customer_segments", command, *options],
            cwd=PROJECT,
            env={**os.environ, **self.environment()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def published_rows(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def files(self) -> dict[Path, str]:
        """Return checksums of the warehouse, what it remembers and all that is published."""
        found = [*self.warehouse.parent.glob("warehouse.*"), *self.published.parent.rglob("*")]
        files = [file for file in found if file.is_file() and not file.name.endswith(".lock")]
        return {file: checksum(file) for file in files}

    def fingerprint(self) -> str:
        return hashlib.sha256(self.published.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop whose files have every fault that a build goes around, built once."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.write(
        "contacts",
        [
            # Another order of columns, and one that is none of ours.
            ["created_at", "email", "shoe_size", "contact_id", "birth_date", "last_name"],
            ["2026-01-05T10:00:00Z", "anna@example.com", "38", "C1", "29.02.2000", "A\nB"],
            ["2026-01-06T10:00:00Z", " ANNA@Example.com", "38", "C2", "31.02.1999", "Twin"],
            ["yesterday", "carl@example.com", "", "C3", "", ""],
            ["2026-01-07T10:00:00Z", "no address", "", "C4'; drop table x; --", "", '"Q"'],
            ["2026-01-08T10:00:00Z", "", "", 'C"5', "", ""],
            ["2026-01-08T10:00:00Z", "eve@example.com", "", "", "", ""],
        ],
    )
    shop.write(
        "orders",
        [
            [*ORDERS[0], "status"],
            ["O1", "C1", "2026-02-01T10:00:00Z", "19.90", "pending"],
            ["O1", "C1", "2026-02-01T10:00:00Z", "19.90", "completed"],
            ["O1", "C1", "2026-02-01T10:00:00Z", "19.90", "completed"],
            ["O2", "C2", "2026-02-02", "20,10", ""],
            ["O3", "C1", "2026-02-03T10:00:00Z", "-5", ""],
            ["O4", "C1", "2026-02-30", "5", ""],
            ["O5", "C9", "2026-02-03T10:00:00Z", "5", ""],
            ["O6", "C4'; drop table x; --", "2026-02-03T10:00:00Z", "7", ""],
            ["O7", "C1", "2031-01-01T10:00:00Z", "1000", ""],
        ],
    )
    contacts = (shop.raw / "contacts.csv").read_bytes()
    (shop.raw / "contacts.csv").write_bytes(b"\xef\xbb\xbf" + contacts)  # BOM; CRLF by the writer
    with (shop.raw / "orders.csv").open("ab") as file:
        file.write(b"O8,C1,2026-02-04,1,completed,too,many\r\n")
        file.write(b"O9,C1,2026-02-04,1," + b"x" * 10_000_000 + b"\r\n")
        file.write(b"O10,C1,2026-02-04,1,\x81\xff\r\n")
    result = shop.build()
    assert result.returncode == 0, result.stderr
    assert "shoe_size" in result.stdout
    return shop


def test_every_row_is_staged_repeated_or_rejected(shop: Shop) -> None:
    counts = {
        source: rest
        for source, *rest in shop.rows(
            "select source, row_count, staged_count, deduplicated_count, rejected_count"
            " from staging.source_row_counts"
        )
    }
    assert counts["contacts"] == [6, 4, 0, 2]
    assert counts["orders"] == [12, 4, 2, 6]


def test_each_rejection_says_why_and_keeps_the_row(shop: Shop) -> None:
    reasons = dict(
        shop.rows(
            "select row_key, reason from staging.rejected_rows"
            " where scope = 'row' and source = 'orders' and row_key like 'O%'"
        )
    )
    assert reasons == {
        "O3": "total_amount is negative; give refunds by their status",
        "O4": "ordered_at is not a date",
        "O5": "contact_id is not among the contacts",
    }
    lines = shop.rows(
        "select reason, row_json from staging.rejected_rows where row_key like 'line %' order by 1"
    )
    assert len(lines) == 3
    assert all(reason and row_json for reason, row_json in lines)
    (row,) = shop.rows(
        "select row_json->>'ordered_at' from staging.rejected_rows where row_key='O4'"
    )
    assert row == ("2026-02-30",)


def test_values_that_mean_nothing_count_as_unknown(shop: Shop) -> None:
    values = shop.rows(
        "select row_key, field from staging.rejected_rows where scope = 'value' order by 1, 2"
    )
    assert values == [("C2", "birth_date"), ("C4'; drop table x; --", "email")]


def test_duplicates_are_one_person_with_all_orders(shop: Shop) -> None:
    rows = shop.rows(
        "select contact_id, order_count, total_amount, birth_date, last_name"
        " from main.dim_contacts where email = 'anna@example.com'"
    )
    assert [(row[0], row[1], str(row[2]), str(row[3])) for row in rows] == [
        ("C1", 2, "40.00", "2000-02-29")
    ]
    assert rows[0][4] == "A\nB"


def test_ids_with_quotes_and_sql_are_only_ids(shop: Shop) -> None:
    stages = dict(shop.published_rows("select contact_id, lifecycle_stage from lifecycle_segments"))
    assert stages == {
        "C1": "active_customer",
        "C4'; drop table x; --": "active_customer",
        'C"5': "prospect",
    }


def test_an_empty_file_of_email_events_says_that_nobody_got_any(shop: Shop) -> None:
    rows = shop.published_rows("select open_rate, email_engagement from behaviour_segments")
    assert rows == 3 * [(None, "unmailed")]


def test_only_the_public_tables_are_published(shop: Shop) -> None:
    tables = {row[0] for row in shop.published_rows("select table_name from duckdb_tables()")}
    assert "dim_contacts" not in tables
    assert {"segments", "segment_members", "lifecycle_segments"} <= tables


def test_its_report_says_what_is_published(shop: Shop) -> None:
    page = shop.published.with_name("report.html")
    built = page.read_bytes()
    found = figures(built.decode()).found
    assert len(found) > 500
    assert differences(found, shop.published) == []
    again = CliRunner().invoke(cli.main, ["report", "--published", str(shop.published)])
    assert again.output == f"Report: {page}\n"
    assert page.read_bytes() == built


def test_a_timezone_that_is_none_stops_with_a_sentence(shop: Shop) -> None:
    result = shop.build(timezone="Mars/Olympus")
    assert result.returncode == 1
    assert "Unknown TimeZone 'Mars/Olympus'" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("day", ["2026-02-30", "31.03.2026", "20260331", "yesterday"])
def test_an_as_of_that_is_no_day_is_named(tmp_path: Path, day: str) -> None:
    shop = Shop(tmp_path)
    result = shop.build("--as-of", day)
    assert result.returncode == 1
    said = f"Error: AS_OF is {day}; give a date such as 2026-03-31, or today\n"
    assert result.stderr == said
    assert not shop.warehouse.exists()


def test_the_warehouse_is_not_published_over(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.published = tmp_path / "raw" / ".." / shop.warehouse.name
    result = shop.build()
    assert result.returncode == 1
    assert result.stderr.startswith("Error: WAREHOUSE and PUBLISHED are both ")
    assert not shop.warehouse.exists()


def test_a_red_build_leaves_everything_as_it_was_and_what_it_made_beside(shop: Shop) -> None:
    before = shop.files()
    # The day is in the history although the messages fail.
    result = shop.build("--as-of", "2026-04-30", max_emails_7d="many")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "int_sequence_messages" in result.stderr
    draft = Draft(shop.warehouse).file
    assert result.stderr.endswith(
        f"Nothing was published; {shop.published} is as it was, and so is the warehouse; what this"
        f" build made is in {draft} until the next one.\n"
    )
    assert shop.files() == before
    days = "select distinct day from main.segment_days order by day"
    assert shop.rows(days) == [(date(2026, 3, 31),)]
    with duckdb.connect(str(draft), read_only=True) as connection:
        # By the views as well, which remember the file's name.
        found = connection.execute("select count(*) from main.contact_permissions_now").fetchall()
        assert found[0][0] > 0
        made = connection.execute(days).fetchall()
    assert made == [(date(2026, 3, 31),), (date(2026, 4, 30),)]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (draft, draft.parent)}
    assert modes == {0o600, 0o700}


def test_a_build_killed_at_its_work_leaves_everything_as_it_was(shop: Shop) -> None:
    before = shop.files()
    draft = Draft(shop.warehouse)
    draft.remove()
    process = shop.start("build", "--as-of", "2026-04-30")
    try:
        # Whatever dbt is at: its log shows that it has begun to write.
        while not draft.file.with_name(draft.file.name + ".wal").exists():
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert draft.file.exists()
    assert shop.files() == before


def test_a_disk_that_fills_up_under_the_warehouse_is_named(
    shop: Shop, small_disk: Path, tmp_path: Path
) -> None:
    before = shop.fingerprint()
    small = Shop(tmp_path)
    small.warehouse, small.published = small_disk / "warehouse.duckdb", shop.published
    result = small.build()
    assert result.returncode == 1
    assert f"no space is left to write {small_disk}" in result.stderr
    assert "make room there and build again\nNothing was published" in result.stderr
    assert "Traceback" not in result.stderr
    assert shop.fingerprint() == before


@pytest.mark.parametrize("command", ["build", "contracts"])
def test_what_needs_the_warehouse_is_told_that_a_build_has_it(shop: Shop, command: str) -> None:
    before = shop.fingerprint()
    with held(shop.warehouse.with_suffix(".lock"), "the warehouse"):
        result = shop.run(command)
    assert result.returncode == 1
    assert f"warehouse.duckdb is in use by process {os.getpid()}" in result.stderr
    assert shop.fingerprint() == before


@pytest.mark.parametrize(
    ("table", "content", "words"),
    [
        ("contacts", b"", ["contacts.csv", "empty"]),
        ("contacts", b"email,created_at\na@example.com,2026-01-01\n", ["contacts", "contact_id"]),
        ("orders", None, ["orders"]),
        ("email_events", b"PK\x03\x04", ["email_events.csv"]),
        (
            "contacts",
            "contact_id,email,created_at,city\nC1,a@example.com,2026-01-01,Neuch\xe2tel\n".encode(
                "latin-1"
            ),
            ["contacts.csv", "city", "encoding: windows-1252"],
        ),
    ],
)
def test_what_can_not_be_read_stops_with_a_sentence(
    shop: Shop, table: str, content: bytes | None, words: list[str]
) -> None:
    path = shop.raw / f"{table}.csv"
    good, before = path.read_bytes(), shop.fingerprint()
    try:
        path.unlink() if content is None else path.write_bytes(content)
        result = shop.build()
    finally:
        path.write_bytes(good)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert all(word in result.stderr for word in words), result.stderr
    assert shop.fingerprint() == before
