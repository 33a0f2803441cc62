"""Finds who is erased among the raw files that were taken in, and blanks their rows there."""

import re
from pathlib import Path

import duckdb

from customer_segments.erasure.database import column_values
from customer_segments.erasure.erasure import Erasure
from customer_segments.erasure.keys import ErasedKeys
from customer_segments.erasure.spelling import clean_text, normalise_email
from customer_segments.errors import UserError
from customer_segments.files import private, work_folder
from customer_segments.intake.database import connect, spill_to, write_parquet
from customer_segments.intake.layout import UNREADABLE
from customer_segments.sentences import database_sentence
from customer_segments.sql import literal, name

# Stands in place of an erased person's id, order or address; the staging models know it.
ERASED = "(erased)"
MARKED = ("contact_id", "order_id", "email")
_KEPT = ("requested_at",)
_PHONE_DIGITS = 8  # without the country's and the network's prefix, which are written or not


@private()
def erase_from_raw(taken_in: Path, warehouse: Path, is_remembered: bool = True) -> Erasure:
    """Blank the rows of erased people in the raw files that were taken in, and remember them.

    Erased are who the file erasures names and who was erased before; under each id that shares an
    address with one of theirs, in these files or in those of the build before. Each row stays with
    a mark in place of its keys, so that rows are still counted. Raises UserError when the memory of
    the erased can't be read or the earlier build is locked, OSError when files can't be written.
    """
    erasure = Erasure(ErasedKeys(warehouse), taken_in)
    tables = {file.stem: file for file in sorted(taken_in.glob("*.parquet"))}
    with (
        work_folder(taken_in) as work,
        connect() as connection,
    ):
        spill_to(connection, work / "spill")
        requested = _ids(connection, tables["erasures"])
        if not requested and not erasure.keys.count("contact_id"):
            return erasure
        _gather(connection, tables["contacts"], warehouse, requested)
        _mark_erased(connection, tables, requested, erasure.keys)
        erasure.contact_ids = _values(connection, "erased_ids")
        erasure.unmatched = requested - _known_ids(connection, erasure.keys, requested)
        erasure.emails = _values(connection, "erased_emails")
        erasure.is_new = len(
            erasure.keys.known("contact_id", erasure.contact_ids)
            | erasure.keys.known("email", erasure.emails)
        ) < len(erasure.contact_ids | erasure.emails)
        if is_remembered:
            erasure.keys.remember("contact_id", erasure.contact_ids)
            erasure.keys.remember("email", erasure.emails)
        for table, file in tables.items():
            blank = _unreadable if table == UNREADABLE else _blank
            count = blank(connection, file, work / file.name, erasure.keys)
            if count:
                (work / file.name).replace(file)
                erasure.left_out[table] = count
    return erasure


def _ids(connection: duckdb.DuckDBPyConnection, file: Path) -> set[str]:
    sql = f"select distinct {clean_text('contact_id')} from read_parquet({literal(file)})"
    return {value for value in column_values(connection.execute(sql)) if value}


def _known_ids(
    connection: duckdb.DuckDBPyConnection, keys: ErasedKeys, requested: set[str]
) -> set[str]:
    """Return the requested ids that a contact has, or that were erased before."""
    people = connection.execute(
        "select distinct contact_id from people where contact_id is not null"
    )
    return set(column_values(people)) | keys.known("contact_id", requested) | {ERASED}


def _gather(
    connection: duckdb.DuckDBPyConnection, contacts: Path, warehouse: Path, requested: set[str]
) -> None:
    """Make the table `people`: the contacts of these files, and those of the build before whose id
    the files no longer have or who asks to be erased. An export often drops a contact, or blanks
    its row, when it is asked to erase it.
    """
    columns = (
        f"{clean_text('contact_id')} as contact_id, {normalise_email('email')} as email,"
        f" {clean_text('first_name')} as first_name, {clean_text('last_name')} as last_name, phone"
    )
    connection.execute(
        f"create table people as select {columns} from read_parquet({literal(contacts)})"
    )
    if not warehouse.exists():
        return
    try:
        connection.execute(f"attach {literal(warehouse)} as before_this (read_only)")
    except duckdb.Error as error:
        raise UserError(
            f"{warehouse} can't be searched for erased people: {database_sentence(str(error))}"
        ) from error
    there = connection.execute(
        "select 1 from duckdb_tables() where database_name = 'before_this'"
        " and schema_name = 'raw' and table_name = 'raw_contacts'"
    ).fetchall()
    if there:
        connection.execute(
            f"insert into people select * from (select {columns} from before_this.raw.raw_contacts)"
            f" as earlier where contact_id <> '{ERASED}' and (list_contains($requested, contact_id)"
            " or contact_id not in (select contact_id from people where contact_id is not null))",
            {"requested": sorted(requested)},
        )
    connection.execute("detach before_this")


def _mark_erased(
    connection: duckdb.DuckDBPyConnection,
    tables: dict[str, Path],
    requested: set[str],
    keys: ErasedKeys,
) -> None:
    """Make the tables `erased_ids`, `erased_emails` and `erased_orders`."""
    ids = "select contact_id from people"
    emails = "select email from people union select " + normalise_email("email")
    emails += f" from read_parquet({literal(tables['suppressions'])})"
    for file in tables.values():
        if "contact_id" in _columns(connection, file):
            ids += f" union select {clean_text('contact_id')} from read_parquet({literal(file)})"
    found = {
        "erased_ids": requested | keys.known("contact_id", column_values(connection.execute(ids))),
        "erased_emails": keys.known("email", column_values(connection.execute(emails))),
    }
    for table, values in found.items():
        connection.execute(f"create table {table} (value varchar primary key)")
        connection.execute(f"insert into {table} select unnest(?::varchar[])", [list(values)])
    connection.execute(f"delete from erased_ids where value = '{ERASED}'")
    size = -1
    while size != (size := _size(connection)):
        connection.execute(
            "insert or ignore into erased_emails select distinct email from people"
            " where email is not null and contact_id in (select value from erased_ids)"
        )
        connection.execute(
            "insert or ignore into erased_ids select distinct contact_id from people"
            " where contact_id is not null and email in (select value from erased_emails)"
        )
    # Items know only their order.
    order, orders = clean_text("order_id"), f"read_parquet({literal(tables['orders'])})"
    is_erased = f"coalesce({clean_text('contact_id')} in (select value from erased_ids), false)"
    connection.execute(
        f"create table erased_orders as select distinct {order} as value from {orders}"
        f" where {is_erased} and {order} is not null"
    )
    connection.execute(
        f"delete from erased_orders where value in (select {order} from {orders}"
        f" where {order} in (select value from erased_orders) and not {is_erased})"
    )


def _size(connection: duckdb.DuckDBPyConnection) -> int:
    return sum(len(_values(connection, table)) for table in ("erased_ids", "erased_emails"))


def _blank(
    connection: duckdb.DuckDBPyConnection, file: Path, target: Path, _keys: ErasedKeys
) -> int:
    """Write a raw file with blank rows for the erased. Returns how many; 0 when it writes none."""
    columns = _columns(connection, file)
    source = f"read_parquet({literal(file)})"
    conditions = []
    if "contact_id" in columns:
        conditions.append(f"{clean_text('contact_id')} in (select value from erased_ids)")
    elif "order_id" in columns:
        conditions.append(f"{clean_text('order_id')} in (select value from erased_orders)")
    if "email" in columns:
        conditions.append(f"{normalise_email('email')} in (select value from erased_emails)")
    if not conditions:
        return 0
    # Asked once a row, not once a column.
    asked = f"(select *, coalesce({' or '.join(conditions)}, false) as is_erased from {source})"
    count = int(
        connection.execute(f"select count(*) from {asked} where is_erased").fetchall()[0][0]
    )
    if count:
        written = []
        for column in columns:
            mark = f"'{ERASED}'" if column in MARKED else "null"
            blanked = f"case when is_erased then {mark} else {name(column)} end"
            written.append((name(column) if column in _KEPT else blanked, column))
        write_parquet(connection, written, asked, target)
    return count


def _unreadable(
    connection: duckdb.DuckDBPyConnection, file: Path, target: Path, keys: ErasedKeys
) -> int:
    """Write the unreadable lines without the text of those that hold an id, an address, a full name
    or a phone number of somebody erased. Returns how many; 0 when nothing is written.

    Names and phone numbers are known only while the raw files have them.
    """
    source = f"read_parquet({literal(file)})"
    lines = connection.execute(
        f"select source, line_number, line_text from {source} where line_text is not null"
    ).fetchall()
    persons = connection.execute(
        "select first_name, last_name, phone from people"
        " where contact_id in (select value from erased_ids)"
        " or email in (select value from erased_emails)"
    ).fetchall()
    names = {(str(f).casefold(), str(s).casefold()) for f, s, _ in persons if f and s}
    phones = {digits for *_, phone in persons if (digits := _phone(phone))}
    connection.execute("create table erased_lines (source varchar, line_number bigint)")
    found = [
        (table, number)
        for table, number, text in lines
        if _names_erased(str(text), names, phones, keys)
    ]
    if found:
        tables, numbers = map(list, zip(*found, strict=True))
        connection.execute(
            "insert into erased_lines select unnest(?::varchar[]), unnest(?::bigint[])",
            [tables, numbers],
        )
        text = (
            "case when (source, line_number) not in (select (source, line_number) from"
            " erased_lines) then line_text end"
        )
        written = [
            (text if column == "line_text" else name(column), column)
            for column in _columns(connection, file)
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


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    described = connection.execute(f"describe select * from read_parquet({literal(file)})")
    return [str(row[0]) for row in described.fetchall()]


def _values(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return set(column_values(connection.execute(f"select value from {table}")))
