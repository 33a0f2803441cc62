"""What is published names nobody: no address, phone or name of the raw files is in it."""

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segments.dbt import manifest
from tests.python.shared import PROJECT

PUBLISHED = PROJECT / os.environ.get("PUBLISHED", "target/test/segments.duckdb")
DEMO = PROJECT / "seeds" / "demo"
NUMBERS = ("BIGINT", "INTEGER", "HUGEINT")
# Columns of these types can't hold a name, an address or a phone number.
HARMLESS = ("DATE", "TIMESTAMP", "BOOLEAN", "DOUBLE", "DECIMAL")
NATIONAL_DIGITS = 9  # of a Swiss or French phone number, without the country's prefix or the 0


@dataclass
class People:
    """What names the people of the raw files."""

    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    full_names: set[tuple[str, ...]] = field(default_factory=set)
    single_names: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def people() -> People:
    people = People()
    places: set[str] = set()
    for row in rows("contacts"):
        people.emails.add(row["email"].strip().lower())
        people.phones.add(re.sub(r"\D", "", row["phone"])[-NATIONAL_DIGITS:])
        first, last = words(row["first_name"]), words(row["last_name"])
        people.full_names |= {first + last, last + first} if first and last else set()
        people.single_names |= {" ".join(first), " ".join(last)}
        places |= {row[column].strip().casefold() for column in ("city", "region")}
    people.emails |= {row["email"].strip().lower() for row in rows("suppressions")}
    for row in rows("segment_members_manual"):
        people.notes |= {row["changed_by"].casefold(), row["reason"].casefold()}
    for found in (people.emails, people.phones, people.single_names, people.notes):
        found.discard("")
    # Some people are called as a town is; a town alone names nobody.
    people.single_names -= places
    people.phones = {phone for phone in people.phones if len(phone) == NATIONAL_DIGITS}
    assert len(people.emails) > 500 and len(people.phones) > 200 and len(people.notes) > 10
    return people


def rows(table: str) -> list[dict[str, str]]:
    with (DEMO / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def names_of(value: str, people: People) -> Iterator[str]:
    """Yield what kind of thing in a published value names somebody.

    Addresses, phones and full names are looked for inside the value, in any spelling; a first or
    last name alone, or a note of who changed a segment manually and why, only as the whole value:
    inside a text they are words such as any other.
    """
    text = value.casefold()
    if "@" in text and any(email in text for email in people.emails):
        yield "email"
    for run in re.findall(r"\d(?:[\s()./'-]*\d)+", text):
        digits = re.sub(r"\D", "", run)
        if any(
            digits[at : at + NATIONAL_DIGITS] in people.phones
            for at in range(len(digits) - NATIONAL_DIGITS + 1)
        ):
            yield "phone"
    parts = words(text)
    for size in {len(name) for name in people.full_names}:
        if any(parts[at : at + size] in people.full_names for at in range(len(parts) - size + 1)):
            yield "full name"
    if text.strip() in people.single_names:
        yield "name"
    if text.strip() in people.notes:
        yield "note"


def findings(published: Path, people: People) -> set[tuple[str, str, str]]:
    """Return table, column and kind of all that names somebody in a published file."""
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with duckdb.connect(str(published), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall()
        assert len(columns) > 50
        for table, column, kind in columns:
            assert kind.startswith(("VARCHAR", *NUMBERS, *HARMLESS)), f"{table}.{column} is {kind}"
            if kind.startswith(HARMLESS):
                continue
            values = connection.execute(
                f'select distinct cast("{column}" as varchar) from "{table}"'
            ).fetchall()
            for (value,) in values:
                places[value or ""].add((table, column))
    return {
        (*place, kind)
        for value, found in places.items()
        for kind in names_of(value, people)
        for place in found
    }


def test_nothing_published_names_anybody(people: People) -> None:
    assert findings(PUBLISHED, people) == set()


def test_what_names_somebody_is_found(people: People, tmp_path: Path) -> None:
    row = next(row for row in rows("contacts") if row["phone"].startswith("+41") and row["email"])
    digits = re.sub(r"\D", "", row["phone"])[-NATIONAL_DIGITS:]
    spoiled = {
        ("segments", "description"): ("email", f"write to {row['email'].strip().upper()}"),
        ("segments", "label"): ("phone", f"call 0{digits} now"),
        ("segments", "category"): ("phone", "-".join(digits)),
        ("segments", "owner"): ("full name", f"Dear {row['last_name']}, {row['first_name']}!"),
        ("segment_members", "family"): ("name", row["last_name"].upper()),
        ("segment_members", "source"): ("note", rows("segment_members_manual")[0]["reason"]),
    }
    copy = tmp_path / PUBLISHED.name
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"attach '{PUBLISHED}' as published (read_only)")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'published'"
        ).fetchall():
            connection.execute(f"create table {table} as select * from published.{table}")
        for (table, column), (_, text) in spoiled.items():
            connection.execute(
                f"update {table} set {column} = ?"
                f" where (contact_id, segment) = (select min((contact_id, segment)) from {table})"
                if table == "segment_members"
                else f"update {table} set {column} = ? where segment = 'vip'",
                [text],
            )
    assert findings(copy, people) == {(*place, kind) for place, (kind, _) in spoiled.items()}


# What of the raw files is about a person, manually: whoever adds a column decides.
#   direct     names a person, or nearly so: never published
#   indirect   describes a person: published with the contact's key alone
#   free_text  what people or machines typed, which may name anybody: never published as it is
TAGS = {
    "input_contacts": {
        "direct": "email first_name last_name birth_date phone postal_code job_title company",
        "indirect": "gender city region country language occupation_group company_sector"
        " company_size relationship interests preferred_topics",
    },
    "input_suppressions": {"direct": "email"},
    "unreadable_lines": {"direct": "line_text"},
    "rejected_rows": {"direct": "row_key row_json"},
    "input_contact_traits": {"free_text": "value"},
    "input_email_events": {"free_text": "link_url"},
    "input_web_events": {"free_text": "page_url"},
    "input_segment_members_manual": {"direct": "changed_by", "free_text": "reason"},
}
NOT_PERSONAL = {
    *("contact_id", "created_at", "updated_at", "lead_status", "max_emails_per_month"),
    *(
        "acquisition_channel",
        "landing_page",
        "email_consent",
        "consent_at",
        "source_file",
        "source_row_number",
    ),
}
LAYERS = ("input", "staging", "intermediate")
# What is promised of a contact's description, see demographic_segments.
MAY_DESCRIBE = {"demographic_segments"}


def tags(node: dict[str, Any]) -> dict[str, str]:
    """Return the columns of a model that are tagged, and how."""
    meta = {name: column["config"]["meta"] for name, column in node["columns"].items()}
    return {
        name: found["personal_data"] for name, found in meta.items() if "personal_data" in found
    }


def models() -> dict[str, dict[str, Any]]:
    nodes = manifest()["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


def leaks(nodes: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    """Return the columns of public models that have the name of a tagged one and must not."""
    named: dict[str, set[str]] = defaultdict(set)
    for node in nodes.values():
        for column, level in tags(node).items():
            named[level].add(column)
    return {
        (name, column)
        for name, node in nodes.items()
        if node["access"] == "public"
        for column in node["columns"]
        if column in named["direct"] or (column in named["indirect"] and name not in MAY_DESCRIBE)
    }


@pytest.mark.parametrize("model", TAGS)
def test_input_columns_about_a_person_are_tagged(model: str) -> None:
    expected = {column: level for level, names in TAGS[model].items() for column in names.split()}
    if model.startswith("input_"):
        expected["unread_values"] = "free_text"
    assert tags(models()[model]) == expected


def test_each_column_of_a_contact_was_decided_on() -> None:
    contacts = models()["input_contacts"]
    assert contacts["columns"].keys() - tags(contacts).keys() == NOT_PERSONAL


def test_what_is_tagged_in_the_input_contacts_is_tagged_wherever_it_goes() -> None:
    nodes = models()
    expected = tags(nodes["input_contacts"])
    for name, node in nodes.items():
        if node["path"].split("/")[0] in LAYERS or name == "dim_contacts":
            found = {column: expected[column] for column in node["columns"] if column in expected}
            assert found.items() <= tags(node).items(), name


def test_no_public_model_has_a_column_about_a_person() -> None:
    nodes = models()
    assert leaks(nodes) == set()
    segments = nodes["segments"]
    segments["columns"]["email"] = segments["columns"]["city"] = {"config": {"meta": {}}}
    assert leaks(nodes) == {("segments", "email"), ("segments", "city")}
