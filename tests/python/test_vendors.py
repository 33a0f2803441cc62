"""Vendors' exports, as they come, yield the rows that their documentation means.

Each folder of tests/samples holds files in one vendor's layout, and beside them, in `expected`, the
rows of each table as a person reads them out of those files.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from customer_segments.dbt import run_dbt
from customer_segments.errors import UserError
from customer_segments.inputs.load import load
from customer_segments.inputs.vendors import tables_of
from customer_segments.macros import Macros
from tests.python.deliveries import OFF, SAMPLES, VENDOR_DATES, VENDORS, parsed_with_vendors
from tests.python.shared import PROJECT

TABLES = [
    (vendor, file.stem)
    for vendor in VENDORS
    for file in sorted((SAMPLES / vendor / "expected").iterdir())
]
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


def run(folder: Path, command: str, variables: dict[str, object]) -> None:
    """Run dbt on the mapping models with a warehouse in a folder."""
    selected = [command, "--select", "path:models/vendors", "--threads", "1"]
    run_dbt(selected, variables, folder / "warehouse.duckdb", parsed_with_vendors())


def loaded(source: Path, folder: Path) -> dict[str, object]:
    """Load all vendors' files; return the vars with which their models read them."""
    variables = {"from": VENDORS, "vendor_dates": VENDOR_DATES}
    load(source, folder / "inputs", (), variables)
    return {**variables, "loaded_dir": str(folder / "inputs")}


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the mapping models of all vendors, built on the samples and unit-tested."""
    folder = tmp_path_factory.mktemp("vendors")
    run(folder, "build", loaded(SAMPLES, folder))
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
    place = header.index("source_file")
    for row in rows:
        row[place] = f"{vendor}/{row[place]}"
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
    (tmp_path / "exports").mkdir()
    run(tmp_path, "run", loaded(tmp_path / "exports", tmp_path))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        for vendor, table in TABLES:
            rows = connection.execute(f"select count(*) from vendors.{vendor}_{table}").fetchone()
            assert rows == (0,)


def test_an_order_of_day_and_month_that_is_none_is_named(tmp_path: Path) -> None:
    variables = {"from": ["hubspot"], "vendor_dates": {"hubspot": {"order": "american"}}}
    with pytest.raises(UserError) as stopped:
        run(tmp_path, "compile", variables)
    said = "the var vendor_dates says of hubspot that the order is american"
    assert said in str(stopped.value)
    assert "say day_first or month_first" in str(stopped.value)


def test_a_file_without_the_column_of_refusals_is_named(tmp_path: Path) -> None:
    source = tmp_path / "exports"
    source.mkdir()
    (source / "hubspot_contacts.csv").write_text("Record ID,Email\n1,a@example.com\n")
    said = "hubspot_contacts.csv has no column unsubscribed from all email"
    with pytest.raises(UserError, match=said):
        load(source, tmp_path / "inputs", (), {"from": "hubspot"})


def test_a_damaged_answer_of_a_vendor_is_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "exports" / "klaviyo"
    source.mkdir(parents=True)
    (source / "klaviyo_events.json").write_text('{"data": [{"id": 1}, {"id"')
    with pytest.raises(UserError, match=r"^klaviyo/klaviyo_events.json cannot be read as JSON: "):
        load(source.parent, tmp_path / "inputs", (), {"from": ["klaviyo"]})


def test_an_unknown_vendor_is_named(tmp_path: Path) -> None:
    said = "nobody knows how to read magento; FROM may name brevo, hubspot, klaviyo, mailchimp,"
    with pytest.raises(UserError, match=said):
        load(tmp_path, tmp_path / "inputs", (), {"from": "shopify magento"})


def test_the_tables_that_vendors_fill_are_those_that_have_a_mapping() -> None:
    named = Macros({"from": VENDORS}).environment.globals["vendor_tables"]()  # type: ignore[operator]
    assert {vendor: set(tables) for vendor, tables in named.items()} == {
        vendor: tables_of([vendor]) for vendor in VENDORS
    }
    assert {(vendor, table) for vendor, tables in named.items() for table in tables} == set(TABLES)


def test_exports_of_two_vendors_become_segments(tmp_path: Path) -> None:
    """Beside the files of tables that no vendor has."""
    exports = tmp_path / "exports"
    for vendor in ("shopify", "klaviyo"):
        shutil.copytree(
            SAMPLES / vendor, exports / vendor, ignore=shutil.ignore_patterns("expected")
        )
    # A word that nobody knows stops a build.
    for file in (exports / "klaviyo").iterdir():
        content = file.read_text(encoding="utf-8")
        for word in MADE_UP:
            content = content.replace(word, "Received Email")
        file.write_text(content, encoding="utf-8")
    (exports / "suppressions.csv").write_text("email\nchloé.o'neil@example.fr\n")
    erased = "Ben.Keller@example.ch"
    (exports / "erasures.csv").write_text(f"contact_id\n{erased}\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "customer_segments", "build", "--quiet"),
            *("--as-of", "2026-06-30", "--vars", json.dumps(OFF)),
        ],
        cwd=PROJECT,
        env={
            **os.environ,
            "RAW": str(exports),
            "FROM": "shopify klaviyo",
            "WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
            "PUBLISHED": str(tmp_path / "segments.duckdb"),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        counts = connection.execute(
            "select source, sum(row_count - staged_count - deduplicated_count - rejected_count)"
            " from staging.source_row_counts group by source order by source"
        ).fetchall()
        may_receive = connection.execute(
            "select lower(email) from main.dim_contacts where can_receive_email"
        ).fetchall()
        connection.execute("set enable_external_file_cache = false")
        kept = [
            str(connection.execute(f"from read_parquet('{file}')").fetchall())
            for file in (tmp_path / "warehouse.inputs").glob("*/*.parquet")
            if file.parent.name != "erasures"
        ]
        mapped = str(connection.execute("select * from vendors.shopify_contacts").fetchall())
    assert {source for source, _ in counts} >= {
        "contacts",
        "orders",
        "email_events",
        "suppressions",
    }
    assert {lost for _, lost in counts} == {0}
    assert may_receive == [("zoe@example.ch",)]
    assert not [text for text in [*kept, mapped] if erased.lower() in text.lower()]
