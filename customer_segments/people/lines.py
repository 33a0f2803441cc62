"""Blanks the unreadable lines of files that hold something of an erased person."""

import re
from pathlib import Path

import duckdb

from customer_segments.database import write_parquet
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import columns_of
from customer_segments.sql import literal, name

_PHONE_DIGITS = 8  # without the country's and the network's prefix, which are written or not


def blank_lines(
    connection: duckdb.DuckDBPyConnection, file: Path, target: Path, keys: ErasedKeys
) -> int:
    """Write a file's unreadable lines without the text of those that hold an id, an address, a full
    name or a phone number of somebody erased. Returns how many; 0 when nothing is written.

    Names and phone numbers are known only while the files have them.
    """
    source = f"read_parquet({literal(file)})"
    lines = connection.execute(
        f"select line_number, line_text from {source} where line_text is not null"
    ).fetchall()
    persons = connection.execute(
        "select first_name, last_name, phone from people"
        " where contact_id in (select value from erased_ids)"
        " or email in (select value from erased_emails)"
    ).fetchall()
    names = {(str(f).casefold(), str(s).casefold()) for f, s, _ in persons if f and s}
    phones = {digits for *_, phone in persons if (digits := _phone(phone))}
    connection.execute("delete from erased_lines")
    found = [number for number, text in lines if _names_erased(str(text), names, phones, keys)]
    if found:
        connection.execute("insert into erased_lines select unnest(?::bigint[])", [found])
        text = (
            "case when line_number not in (select line_number from erased_lines) then line_text end"
        )
        written = [
            (text if column == "line_text" else name(column), column)
            for column in columns_of(connection, file)
        ]
        write_parquet(connection, written, source, target)
    return len(found)


def _names_erased(
    text: str, names: set[tuple[str, str]], phones: set[str], keys: ErasedKeys
) -> bool:
    fields = {part.strip() for part in re.split(r'[,;\t|"]', text)} | set(
        re.split(r'[,;\t|"\s<>()]+', text)
    )
    words = {part.casefold() for part in fields}
    return bool(
        keys.known("contact_id", fields)
        or keys.known("email", {part.lower() for part in fields if "@" in part})
        or any(first in words and last in words for first, last in names)
        or phones & {_phone(part) for part in fields}
    )


def _phone(text: str | None) -> str:
    digits = re.sub(r"\D", "", text or "")
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else ""
