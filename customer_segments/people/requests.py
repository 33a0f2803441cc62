"""Reads the requests for erasure, and finds whom they name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from customer_segments.database import parquet_rows
from customer_segments.errors import UserError
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import ERASED, Limits
from customer_segments.people.spelling import clean_text, normalise_email


@dataclass(frozen=True)
class Request:
    """What one or more rows of the file erasures ask for.

    `text` is an id or an address, `email` the same as an address; `row` is the first of the rows.
    """

    text: str
    email: str | None
    row: int
    is_confirmed: bool
    is_withdrawn: bool

    @property
    def label(self) -> str:
        """The request for a message, which must not have an address in it."""
        return f"the request in row {self.row}" if "@" in self.text else f"{self.text}"


@dataclass
class Named:
    """Whom a request names: ids, or an address that is somebody's own."""

    contact_ids: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    problem: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether neither a contact nor another row is meant."""
        return not self.contact_ids and not self.emails


def read_requests(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Request]:
    """Return the requests, withdrawn ones included.

    Raises UserError when it is not clear whether one is withdrawn: what is erased is gone.
    """
    rows = connection.execute(
        f"""
        select
            {clean_text("contact_id")} as text,
            {normalise_email("contact_id")} as email,
            min(source_row_number),
            coalesce(bool_or(confirmed), false),
            coalesce(bool_or(withdrawn), false),
            coalesce(bool_or(json_exists(unread_values, '$.withdrawn')), false),
            bool_or(not coalesce(withdrawn, false))
        from {parquet_rows(folder)}
        where text is not null and text <> '{ERASED}'
        group by text, email
        order by min((source_file, source_row_number))
        """
    ).fetchall()
    found = [Request(*row[:5]) for row in rows]
    standing = {text.lower() for text, *_, is_standing in rows if is_standing}
    problems = [
        f"erasures: withdrawn of {request.label} is neither yes nor no"
        for request, row in zip(found, rows, strict=True)
        if row[5]
    ] + [
        f"erasures: {request.label} is withdrawn in one row and asked for in another; leave one of"
        " them, or write yes into withdrawn of all of them"
        for request in found
        if request.is_withdrawn and request.text.lower() in standing
    ]
    if problems:
        raise UserError("\n".join(problems))
    return found


def find_named(
    connection: duckdb.DuckDBPyConnection,
    requests: Iterable[Request],
    keys: ErasedKeys,
    limits: Limits,
) -> dict[Request, Named]:
    """Return whom each request names: by the id as it is written, else by the one id that differs
    in case alone, else by an address.

    Of a request that was done before, only the id as it is written is looked for: who else was
    meant is remembered.
    """
    asked = {request.text: request for request in requests}
    named = {request: Named() for request in asked.values()}
    connection.execute("create or replace temp table asked (text varchar, email varchar)")
    connection.execute(
        "insert into asked select unnest(?::varchar[]), unnest(?::varchar[])",
        [[request.text for request in named], [request.email for request in named]],
    )
    exact = connection.execute(
        "select text from asked inner join ids on asked.text = ids.contact_id"
    ).fetchall()
    for text in {text for (text,) in exact} | keys.known("contact_id", asked):
        named[asked[text]].contact_ids.add(text)
    spelt: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for text, contact_id, place in connection.execute(
        "select text, contact_id, place from asked"
        " inner join ids on lower(asked.text) = lower(ids.contact_id)"
    ).fetchall():
        spelt[text][place].add(contact_id)
    held = _holders(connection)
    listed = keys.known("email", {request.email for request in named if request.email})
    done = keys.done()
    for request, found in named.items():
        is_done = not request.is_withdrawn and keys.request(request.text) in done
        if found.contact_ids or is_done:
            continue
        if request.text in spelt:
            same = spelt[request.text][min(spelt[request.text])]
            if len(same) == 1:
                found.contact_ids = same
            else:
                found.problem = (
                    f"erasures: {request.label} is {len(same)} ids that differ in capitals and"
                    " small letters alone; write the id as the contacts do"
                )
        elif request.email and request.email in held:
            if held[request.email]:
                found.problem = (
                    f"erasures: {request.label} has an address that more than"
                    f" {limits.address_contacts} contacts have, so it does not say who is meant;"
                    " write the contact's id in its place"
                )
            else:
                found.emails = {request.email}
        elif request.email and request.email in listed:
            found.emails = {request.email}
    return named


def _holders(connection: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Return the addresses asked for that anybody has, and whether they are shared."""
    rows = connection.execute(
        "select email, bool_or(email in (select value from shared)) from asked"
        " where email in (select value from addresses) group by email"
    ).fetchall()
    return dict(rows)
