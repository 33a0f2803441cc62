"""Finds who is erased among the files that were loaded, and blanks their rows there."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import in_memory, parquet_rows, write_parquet
from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.errors import UserError
from customer_segments.files import private, work_folder
from customer_segments.people.database import column_values
from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.lines import blank_lines
from customer_segments.people.people import (
    ERASED,
    MARKED,
    UNREADABLE,
    Limits,
    columns_of,
    find_shared,
    gather,
    spread,
)
from customer_segments.people.requests import Named, Request, find_named, read_requests
from customer_segments.people.spelling import normalise_email
from customer_segments.people.vendors import KEPT, add_addresses, blank_anywhere
from customer_segments.sql import literal, name


@private()
def erase_from_loaded(
    loaded: Path,
    warehouse: Path,
    variables: Mapping[str, Any],
    vendor_tables: Collection[str] = (),
    earlier: Database | None = None,
) -> Erasure:
    """Blank the rows of erased people in the files that were loaded; touch nothing else.

    Erased are who the file erasures names and who was erased before; under each id that shares an
    address of their own with one of theirs, in these files or in those of the build before. Each
    row stays with a mark in place of its keys, so that rows are still counted. What is to be
    remembered of them, and forgotten of the withdrawn, is in the erasure's keys, not yet saved; it
    stands beside the path of the warehouse, which is `earlier` on a server.

    Raises UserError when the memory of the erased can't be read, the earlier build is locked, or a
    request can't be done as it is written; OSError when files can't be written.
    """
    erasure = Erasure(ErasedKeys(warehouse), loaded)
    tables = {folder.name: folder for folder in sorted(loaded.iterdir()) if folder.is_dir()}
    with work_folder(loaded) as work, in_memory(work / "spill") as connection:
        requests = read_requests(connection, tables["erasures"])
        if not requests and erasure.keys.is_empty:
            return erasure
        limits = Limits.read(variables)
        files = {table: tables.pop(table) for table in vendor_tables}
        gather(connection, tables, earlier or DuckDBFile(warehouse))
        add_addresses(connection, files.values())
        find_shared(connection, erasure.keys, limits)
        _take_back(connection, requests, erasure, limits)
        _mark_erased(connection, requests, erasure, limits)
        _mark_orders(connection, tables["orders"])
        connection.execute("create table erased_lines (line_number bigint)")
        for table, folder in (tables | files).items():
            other = blank_lines if table == UNREADABLE else _blank
            blank = blank_anywhere if table in files else other
            for file in sorted(folder.glob("*.parquet")):
                if count := blank(connection, file, work / file.name, erasure.keys):
                    (work / file.name).replace(file)
                    erasure.blanked[f"{table}/{file.name}"] = count
            if count := _count_blank(connection, folder, table in files):
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
    reached = spread(connection, _starts(named, keys))
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
    reached = spread(connection, _starts(named, keys) + remembered)
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


def _starts(named: Mapping[Request, Named], keys: ErasedKeys) -> list[tuple[str, str, str]]:
    """Return the ids and addresses that requests name, each with its kind and its request."""
    return [
        (kind, keys.request(request.text), value)
        for request, found in named.items()
        for kind, values in (("contact_id", found.contact_ids), ("email", found.emails))
        for value in values
    ]


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


def _mark_orders(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the table `erased_orders`: items know only their order."""
    order, orders = "order_id", parquet_rows(folder)
    is_erased = "coalesce(contact_id in (select value from erased_ids), false)"
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
    """Write a file with blank rows for the erased. Returns how many; 0 when it writes none."""
    columns = columns_of(connection, file)
    source = f"read_parquet({literal(file)})"
    conditions = []
    if "contact_id" in columns:
        conditions.append("contact_id in (select value from erased_ids)")
        if file.parent.name == "erasures":
            conditions.append("contact_id in (select value from erased_requests)")
    elif "order_id" in columns:
        conditions.append("order_id in (select value from erased_orders)")
    if "email" in columns:
        conditions.append(f"{normalise_email('email')} in (select value from erased_emails)")
    if not conditions:
        return 0
    # Asked once a row, not once a column.
    asked = f"(select *, coalesce({' or '.join(conditions)}, false) as is_erased from {source})"
    counted = connection.execute(f"select count(*) from {asked} where is_erased")
    if count := int(counted.fetchall()[0][0]):
        written = []
        for column in columns:
            mark = f"'{ERASED}'" if column in MARKED else "null"
            blanked = f"case when is_erased then {mark} else {name(column)} end"
            written.append((name(column) if column in KEPT else blanked, column))
        write_parquet(connection, written, asked, target)
    return count


def _count_blank(connection: duckdb.DuckDBPyConnection, folder: Path, is_of_vendor: bool) -> int:
    """Return how many rows of a loaded table are blank, now or since an earlier build."""
    if folder.name == UNREADABLE:
        is_blank = "line_text is null"
    elif is_of_vendor:
        columns = columns_of(connection, folder)
        is_blank = " and ".join(f"{name(c)} is null" for c in columns if c not in KEPT)
    else:
        columns = columns_of(connection, folder)
        is_blank = " or ".join(f"{name(c)} = '{ERASED}'" for c in MARKED if c in columns)
    counted = connection.execute(
        f"select count(*) from {parquet_rows(folder)} where {is_blank or 'false'}"
    )
    return int(counted.fetchall()[0][0])
