"""Vendors' exports, as they come, yield the rows that their documentation means.

Each folder of tests/samples holds files in one vendor's layout, and beside them, in `expected`, the
rows of each table as a person reads them out of those files.
"""

import csv
import hashlib
import json
import os
import re
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
# The only people in the samples who agreed to be emailed and did not refuse in any way; WooCommerce
# knows of none.
AGREED = {
    "shopify": {"zoe@example.ch"},
    "klaviyo": {"chloé.o'neil@example.fr"},
    "mailchimp": {"anna@example.ch", "imported@example.ch", "nodate@example.ch"},
    "brevo": {"amélie@example.fr"},
    "hubspot": {"ines@example.com"},
}
# Words for events in the samples that no vendor has.
MADE_UP = {"hover", "Forwarded Email to a Friend"}

Rows = list[tuple[str | None, ...]]


def dbt(folder: Path, command: str, **variables: object) -> subprocess.CompletedProcess[str]:
    """Run dbt on the mapping models with a warehouse and a target folder in a folder."""
    words = ["--quiet", command, "-s", "path:models/vendors", "--vars", json.dumps(variables)]
    return subprocess.run(
        [Path(sys.executable).with_name("dbt"), *words],
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
    """A warehouse with the mapping models of all vendors, built on the samples and unit-tested."""
    folder = tmp_path_factory.mktemp("vendors")
    variables = {"from": VENDORS, "raw_dir": str(SAMPLES), "vendor_dates": DATES}
    done = dbt(folder, "build", **variables)
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def event_types() -> dict[str, str]:
    """What the senders' words for events mean."""
    with (PROJECT / "seeds/reference/email_event_types.csv").open(encoding="utf-8") as file:
        return {key(row["sender_word"]): row["event_type"] for row in csv.DictReader(file)}


def key(word: str) -> str:
    return re.sub(r"[\W_]", "", word.lower())


def expected_rows(vendor: str, table: str) -> tuple[list[str], Rows]:
    file = SAMPLES / vendor / "expected" / f"{table}.csv"
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    return header, [tuple(value or None for value in row) for row in rows]


def rows_of(mapped: duckdb.DuckDBPyConnection, vendor: str, table: str, columns: list[str]) -> Rows:
    if (vendor, table) not in TABLES:
        return []
    texts = ", ".join(f'cast("{column}" as varchar)' for column in columns)
    return mapped.execute(f"select {texts} from vendors.{vendor}_{table}").fetchall()


def in_order(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: [value or "" for value in row])


@pytest.mark.parametrize(("vendor", "table"), TABLES)
def test_a_sample_yields_the_rows_that_a_person_reads_in_it(
    mapped: duckdb.DuckDBPyConnection, vendor: str, table: str
) -> None:
    header, rows = expected_rows(vendor, table)
    described = mapped.execute(f"describe vendors.{vendor}_{table}").fetchall()
    assert {column for column, *_ in described} - set(header) <= HASHED
    assert in_order(rows_of(mapped, vendor, table, header)) == in_order(rows)


def test_each_mapping_has_its_expected_rows(mapped: duckdb.DuckDBPyConnection) -> None:
    models = mapped.execute(
        "select table_name from information_schema.columns where column_name = 'unread_values'"
    ).fetchall()
    assert {model for (model,) in models} == {f"{vendor}_{table}" for vendor, table in TABLES}


@pytest.mark.parametrize("vendor", AGREED)
def test_nobody_who_refused_in_any_way_has_agreed(
    mapped: duckdb.DuckDBPyConnection, event_types: dict[str, str], vendor: str
) -> None:
    contacts = rows_of(mapped, vendor, "contacts", ["contact_id", "email", "email_consent"])
    events = rows_of(mapped, vendor, "email_events", ["contact_id", "event_type"])
    left = {
        contact
        for contact, word in events
        if event_types.get(key(word or "")) in ("unsubscribed", "complained")
    }
    agreed = {email for _, email, consent in contacts if consent == "true"}
    agreed -= {email for _, email, consent in contacts if consent == "false"}
    agreed -= {email for contact, email, _ in contacts if contact in left}
    agreed -= {email for (email,) in rows_of(mapped, vendor, "suppressions", ["email"])}
    assert agreed == AGREED[vendor]


@pytest.mark.parametrize("vendor", ["klaviyo", "mailchimp", "brevo"])
def test_the_words_of_senders_are_known(
    mapped: duckdb.DuckDBPyConnection, event_types: dict[str, str], vendor: str
) -> None:
    words = {word for (word,) in rows_of(mapped, vendor, "email_events", ["event_type"]) if word}
    assert {word for word in words if key(word) not in event_types} <= MADE_UP
    assert len(words - MADE_UP) > 3


def test_no_key_shows_an_address_or_its_hash(mapped: duckdb.DuckDBPyConnection) -> None:
    addresses = {
        email.lower()
        for vendor in VENDORS
        for (email,) in rows_of(mapped, vendor, "contacts", ["email"])
        if email
    }
    hashes = {
        digest(address.encode()).hexdigest()[:32]
        for address in addresses
        for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256)
    }
    keys = {
        value
        for vendor, table in TABLES
        for column in ("contact_id", "order_id", "event_id", "campaign_id")
        if any(
            column == name
            for name, *_ in mapped.execute(f"describe vendors.{vendor}_{table}").fetchall()
        )
        for (value,) in rows_of(mapped, vendor, table, [column])
        if value
    }
    assert len(keys) > 50
    assert not {value for value in keys if "@" in value}
    assert not {value for value in keys if value.split(":")[-1] in hashes}


def test_events_without_a_key_are_told_apart(
    mapped: duckdb.DuckDBPyConnection,
) -> None:
    for vendor in ("mailchimp", "brevo"):
        keys = mapped.execute(f"""
            select count(*), count(distinct event_id) from vendors.{vendor}_email_events
            where contact_id is not null
        """).fetchone()
        assert keys is not None and keys[0] == keys[1] > 3


def test_each_row_of_a_table_has_its_own_number(mapped: duckdb.DuckDBPyConnection) -> None:
    for vendor, table in TABLES:
        numbers = rows_of(mapped, vendor, table, ["source_file", "source_row_number"])
        assert len(numbers) == len(set(numbers)), f"{vendor}_{table}"


def test_without_files_there_are_no_rows(tmp_path: Path) -> None:
    done = dbt(tmp_path, "run", **{"from": VENDORS, "raw_dir": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        for vendor, table in TABLES:
            rows = connection.execute(f"select count(*) from vendors.{vendor}_{table}").fetchone()
            assert rows == (0,)


def test_an_order_of_day_and_month_that_is_none_is_named(tmp_path: Path) -> None:
    dates = {"hubspot": {"order": "american"}}
    done = dbt(tmp_path, "compile", **{"from": ["hubspot"], "vendor_dates": dates})
    assert done.returncode != 0
    assert "the var vendor_dates says of hubspot that the order is american" in done.stdout
    assert "say day_first or month_first" in done.stdout


def test_a_file_without_the_column_of_refusals_is_named(tmp_path: Path) -> None:
    (tmp_path / "hubspot_contacts.csv").write_text("Record ID,Email\n1,a@example.com\n")
    done = dbt(tmp_path, "run", **{"from": ["hubspot"], "raw_dir": str(tmp_path)})
    assert done.returncode != 0
    assert "hubspot_contacts.csv has no column unsubscribed from all email" in done.stdout
