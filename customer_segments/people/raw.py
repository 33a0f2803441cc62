"""Finds who is erased among the raw files that were taken in, and blanks their rows there."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.errors import UserError
from customer_segments.files import private, work_folder
from customer_segments.inputs.database import connect, spill_to, write_parquet
from customer_segments.inputs.layout import UNREADABLE
from customer_segments.people.database import column_values
from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import (
    ERASED,
    Limits,
    columns_of,
    find_shared,
    gather,
    spread,
)
from customer_segments.people.requests import Named, Request, find_named, read_requests
from customer_segments.people.spelling import clean_text, normalise_email
from customer_segments.sql import literal, name

MARKED = ("contact_id", "order_id", "email")
_KEPT = ("requested_at",)
_PHONE_DIGITS = 8  # without the country's and the network's prefix, which are written or not


@private()
def erase_from_raw(taken_in: Path, warehouse: Path, variables: Mapping[str, Any]) -> Erasure:
    """Blank the rows of erased people in the raw files that were taken in; touch nothing else.

    Erased are who the file erasures names and who was erased before; under each id that shares an
    address of their own with one of theirs, in these files or in those of the build before. Each
    row stays with a mark in place of its keys, so that rows are still counted. What is to be
    remembered of them, and forgotten of the withdrawn, is in the erasure's keys, not yet saved.

    Raises UserError when the memory of the erased can't be read, the earlier build is locked, or a
    request can't be done as it is written; OSError when files can't be written.
    """
    erasure = Erasure(ErasedKeys(warehouse), taken_in)
    tables = {file.stem: file for file in sorted(taken_in.glob("*.parquet"))}
    with (
        work_folder(taken_in) as work,
        connect() as connection,
    ):
        spill_to(connection, work / "spill")
        requests = read_requests(connection, tables["erasures"])
        if not requests and erasure.keys.is_empty:
            return erasure
        limits = Limits.read(variables)
        gather(connection, tables, warehouse)
        find_shared(connection, erasure.keys, limits)
        _take_back(connection, requests, erasure, limits)
        _mark_erased(connection, requests, erasure, limits)
        _mark_orders(connection, tables["orders"])
        for table, file in tables.items():
            blank = _unreadable if table == UNREADABLE else _blank
            count = blank(connection, file, work / file.name, erasure.keys)
            if count:
                (work / file.name).replace(file)
                erasure.left_out[table] = count
    return erasure


def _take_back(
    connection: duckdb.DuckDBPyConnection,
    requests: Iterable[Request],
    erasure: Erasure,
    limits: Limits,
) -> None:
    """Forget what was remembered on account of withdrawn requests."""
    keys = erasure.keys
    withdrawn = [request for request in requests if request.is_withdrawn]
    named = find_named(connection, withdrawn, keys, limits)
    _spread(connection, named, keys, ())
    reached = _reached(connection)
    for request, found in named.items():
        digest = keys.request(request.text)
        person = reached[digest]
        forgotten = keys.forget(digest, person)
        for kind, count in forgotten.items():
            erasure.forgotten[kind] = erasure.forgotten.get(kind, 0) + count
        is_still_erased = any(keys.known(kind, person[kind]) for kind in ("contact_id", "email"))
        if forgotten:
            erasure.taken_back += 1
        elif is_still_erased or found.is_nobody:
            erasure.not_taken_back += 1


def _mark_erased(
    connection: duckdb.DuckDBPyConnection,
    requests: Iterable[Request],
    erasure: Erasure,
    limits: Limits,
) -> None:
    """Make the tables `erased_ids`, `erased_emails` and `erased_requests`, and remember them.

    Raises UserError when a request is not clear or takes too many.
    """
    keys = erasure.keys
    named = find_named(connection, [r for r in requests if not r.is_withdrawn], keys, limits)
    remembered = [
        (kind, request, value)
        for kind, sql in {
            "contact_id": "select contact_id from ids",
            "email": "select value from addresses",
        }.items()
        for value in keys.known(kind, column_values(connection.execute(sql)))
        for request in keys.requests(kind, value)
    ]
    _spread(connection, named, keys, remembered)
    reached = _reached(connection)
    _check(named, reached, keys, limits)
    done = keys.done()
    erasure.unmatched = {
        request.text
        for request, found in named.items()
        if found.is_nobody and keys.request(request.text) not in done
    }
    erasure.contact_ids = {value for kinds in reached.values() for value in kinds["contact_id"]}
    erasure.emails = {value for kinds in reached.values() for value in kinds["email"]}
    erasure.shared_emails = {value for kinds in reached.values() for value in kinds["shared"]}
    erasure.is_new = any(
        len(keys.known(kind, found)) < len(found)
        for kind, found in (("contact_id", erasure.contact_ids), ("email", erasure.emails))
    )
    for request, kinds in reached.items():
        for kind, found in kinds.items():
            keys.remember(kind, found, request)
    texts = {request.text for request in named} - erasure.unmatched
    for table, found in (
        ("erased_ids", erasure.contact_ids),
        ("erased_emails", erasure.emails),
        ("erased_requests", texts),
    ):
        connection.execute(f"create table {table} (value varchar primary key)")
        connection.execute(f"insert into {table} select unnest(?::varchar[])", [list(found)])


def _spread(
    connection: duckdb.DuckDBPyConnection,
    named: Mapping[Request, Named],
    keys: ErasedKeys,
    remembered: Iterable[tuple[str, str, str]],
) -> None:
    ids, emails = (
        [
            (keys.request(request.text), value)
            for request, found in named.items()
            for value in getattr(found, attribute)
        ]
        + [(request, value) for known, request, value in remembered if known == kind]
        for kind, attribute in (("contact_id", "contact_ids"), ("email", "emails"))
    )
    spread(connection, ids, emails)


def _reached(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, set[str]]]:
    """Return the ids and own addresses that each request takes, and the shared ones it leaves."""
    reached: dict[str, dict[str, set[str]]] = defaultdict(
        lambda: {"contact_id": set(), "email": set(), "shared": set()}
    )
    for kind, request, value in connection.execute(
        """
        select 'contact_id', request, value from reached_ids
        union all
        select 'email', request, value from reached_emails
        union all
        select distinct 'shared', reached_ids.request, people.email
        from people
        inner join reached_ids on people.contact_id = reached_ids.value
        where people.email in (select value from shared)
        """
    ).fetchall():
        reached[request][kind].add(value)
    return reached


def _check(
    named: Mapping[Request, Named],
    reached: Mapping[str, Mapping[str, set[str]]],
    keys: ErasedKeys,
    limits: Limits,
) -> None:
    """Raise UserError when a request is not clear, or takes too many ids and is not confirmed."""
    problems = [found.problem for found in named.values() if found.problem]
    asked = {keys.request(request.text): request for request in named}
    confirmed = {keys.request(request.text) for request in named if request.is_confirmed}
    for request, kinds in reached.items():
        count = len(kinds["contact_id"]) - len(keys.known("contact_id", kinds["contact_id"]))
        if count > limits.request_contacts and request not in confirmed:
            subject = (
                f"erasures: {asked[request].label}"
                if request in asked
                else "a request of an earlier build, which erasures no longer lists,"
            )
            where = "" if request in asked else "list it again and "
            problems.append(
                f"{subject} would erase {count} ids that are one person by their addresses, more"
                f" than erasure_contact_limit ({limits.request_contacts}); nobody was erased."
                f" If they are, {where}write yes into the column confirmed of that row; if not,"
                " write yes into withdrawn"
            )
    if problems:
        raise UserError("\n".join(problems))


def _mark_orders(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the table `erased_orders`: items know only their order."""
    order, orders = clean_text("order_id"), f"read_parquet({literal(file)})"
    is_erased = f"coalesce({clean_text('contact_id')} in (select value from erased_ids), false)"
    connection.execute(
        f"create table erased_orders as select distinct {order} as value from {orders}"
        f" where {is_erased} and {order} is not null"
    )
    connection.execute(
        f"delete from erased_orders where value in (select {order} from {orders}"
        f" where {order} in (select value from erased_orders) and not {is_erased})"
    )


def _blank(
    connection: duckdb.DuckDBPyConnection, file: Path, target: Path, _keys: ErasedKeys
) -> int:
    """Write a raw file with blank rows for the erased. Returns how many; 0 when it writes none."""
    columns = columns_of(connection, file)
    source = f"read_parquet({literal(file)})"
    conditions = []
    if "contact_id" in columns:
        conditions.append(f"{clean_text('contact_id')} in (select value from erased_ids)")
        if file.stem == "erasures":
            conditions.append(f"{clean_text('contact_id')} in (select value from erased_requests)")
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
