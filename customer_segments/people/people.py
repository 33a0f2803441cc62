"""Who is in the files and was in the build before, and who of them is one person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import parquet_rows
from customer_segments.dbt import setting
from customer_segments.engines.database import Database
from customer_segments.errors import UserError
from customer_segments.people.database import column_values
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.spelling import clean_text, normalise_email
from customer_segments.sentences import database_sentence
from customer_segments.sql import literal

# Stands in place of an erased person's id, order or address; the staging models know it.
ERASED = "(erased)"
MARKED = ("contact_id", "order_id", "email")

UNREADABLE = "unreadable_lines"
"""The table, among those loaded, with the lines that are no rows."""


@dataclass(frozen=True)
class Limits:
    """How many contacts may have one address and be one person, and how many a request takes
    unless it is confirmed.
    """

    address_contacts: int
    request_contacts: int

    @classmethod
    def read(cls, variables: Mapping[str, Any]) -> "Limits":
        """Return the limits as given or as dbt_project.yml has them. Raises UserError."""
        return cls(
            int(setting("address_contact_limit", variables)),
            int(setting("erasure_contact_limit", variables)),
        )


def gather(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], warehouse: Database
) -> None:
    """Make the tables `people`, contacts of these files and of the build before; `ids`, with the
    first place where each is: these contacts (1), those of the build before (2), other files (3);
    and `addresses`, of contacts and suppressions.

    Raises UserError when the earlier build can't be read.
    """
    columns = (
        f"{clean_text('contact_id')} as contact_id, {normalise_email('email')} as email,"
        f" {clean_text('first_name')} as first_name, {clean_text('last_name')} as last_name, phone"
    )
    connection.execute(
        f"create table people as select {columns}, true as is_now"
        f" from {parquet_rows(tables['contacts'])}"
    )
    if warehouse.exists():
        _gather_before(connection, warehouse, columns)
    others = "".join(
        f" union all select distinct contact_id, 3 from {parquet_rows(folder)}"
        for table, folder in tables.items()
        if table not in ("contacts", "erasures") and "contact_id" in columns_of(connection, folder)
    )
    connection.execute(
        "create table ids as select contact_id, min(place) as place from"
        " (select contact_id, case when is_now then 1 else 2 end as place from people"
        f" {others}) where contact_id is not null and contact_id <> '{ERASED}' group by contact_id"
    )
    connection.execute(
        "create table addresses as select distinct value from (select email as value from people"
        f" union all select {normalise_email('email')}"
        f" from {parquet_rows(tables['suppressions'])}) where value is not null"
    )


def _gather_before(
    connection: duckdb.DuckDBPyConnection, warehouse: Database, columns: str
) -> None:
    """Add the contacts of the build before: an export often drops a contact, or blanks its row,
    when it is asked to erase it.
    """
    try:
        warehouse.attach(connection, "before_this")
    except duckdb.Error as error:
        raise UserError(
            f"{warehouse} can't be searched for erased people: {database_sentence(str(error))}"
        ) from error
    is_there = connection.execute(
        "select 1 from duckdb_columns() where database_name = 'before_this'"
        " and schema_name = 'staging' and table_name = 'base_contacts'"
    ).fetchall()
    if is_there:
        connection.execute(
            f"insert into people select * from (select {columns}, false from"
            f" before_this.staging.base_contacts) as earlier where contact_id <> '{ERASED}'"
        )
    connection.execute("detach before_this")


def find_shared(connection: duckdb.DuckDBPyConnection, keys: ErasedKeys, limits: Limits) -> None:
    """Make the table `shared` of the addresses that are nobody's own: more contacts have them than
    the limit, now and at the build before together, or had when one of them was erased.
    """
    connection.execute(
        "create table shared as select email as value from people"
        " where email is not null and contact_id is not null"
        " group by email having count(distinct contact_id) > ?",
        [limits.address_contacts],
    )
    remembered = keys.known("shared", column_values(connection.execute("from addresses")))
    connection.execute("insert into shared select unnest(?::varchar[])", [list(remembered)])
    keys.set_aside(values(connection, "shared"))


def spread(
    connection: duckdb.DuckDBPyConnection, starts: Iterable[tuple[str, str, str]]
) -> dict[str, dict[str, set[str]]]:
    """Return, by request, the ids and own addresses that it takes, and the shared ones it leaves:
    from the kind, request and id or address given, all that is the same person's by an address of
    their own.

    What the build before knew counts for ids that the files no longer have and for those given.
    """
    columns = [list(column) for column in zip(*starts, strict=True)] or [[], [], []]
    connection.execute(
        "create or replace table starts as select unnest(?::varchar[]) as kind,"
        " unnest(?::varchar[]) as request, unnest(?::varchar[]) as value",
        columns,
    )
    connection.execute(
        """
        create or replace table links as
        with own_addresses as (
            select distinct contact_id, email
            from people
            where
                contact_id is not null and email is not null
                and email not in (select value from shared)
                and (
                    is_now
                    or contact_id in (select value from starts where kind = 'contact_id')
                    or contact_id not in (select contact_id from ids where place = 1)
                )
        )
        select 'contact_id' as kind, contact_id as value, 'email' as other_kind, email as other
        from own_addresses
        union all
        select 'email', email, 'contact_id', contact_id from own_addresses
        """
    )
    reached: dict[str, dict[str, set[str]]] = defaultdict(
        lambda: {"contact_id": set(), "email": set(), "shared": set()}
    )
    for kind, request, value in connection.execute(
        """
        with recursive reached as (
            select kind, request, value from starts
            union
            select links.other_kind, reached.request, links.other
            from reached
            inner join links on reached.kind = links.kind and reached.value = links.value
        )
        select kind, request, value from reached
        union all
        select distinct 'shared', reached.request, people.email
        from reached
        inner join people on reached.value = people.contact_id
        where reached.kind = 'contact_id' and people.email in (select value from shared)
        """
    ).fetchall():
        reached[request][kind].add(value)
    return reached


def columns_of(connection: duckdb.DuckDBPyConnection, place: Path) -> list[str]:
    """Return the names of the columns in a Parquet file, or in a folder of those of a table."""
    rows = parquet_rows(place) if place.is_dir() else f"read_parquet({literal(place)})"
    described = connection.execute(f"describe select * from {rows}")
    return [str(row[0]) for row in described.fetchall()]


def values(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Return the values in a table that has one column of them."""
    return set(column_values(connection.execute(f"select value from {table}")))
