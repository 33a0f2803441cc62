"""Blanks the rows of vendors' files that have an address of an erased person anywhere in them."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from customer_segments.database import parquet_rows, write_parquet
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import columns_of
from customer_segments.people.spelling import addresses_in
from customer_segments.sql import literal, name

KEPT = ("requested_at", "source_file", "source_row_number")
"""Columns that stay as they are: when somebody asked, and where a row is from."""


def add_addresses(connection: duckdb.DuckDBPyConnection, folders: Iterable[Path]) -> None:
    """Add all addresses in vendors' files to the table `addresses`."""
    for folder in folders:
        connection.execute(
            "insert into addresses select distinct unnest(addresses) from"
            f" ({_with_addresses(parquet_rows(folder))}) except select value from addresses"
        )


def _with_addresses(rows: str) -> str:
    """Return a query of the rows with all addresses that are anywhere in them."""
    text = "cast(to_json(row_of_file) as varchar)"
    return f"select *, {addresses_in(text)} as addresses from {rows} as row_of_file"


def blank_anywhere(
    connection: duckdb.DuckDBPyConnection, file: Path, target: Path, _keys: ErasedKeys
) -> int:
    """Write a vendor's file without what is in rows with an address of the erased. Returns how
    many; 0 when it writes none.
    """
    rows = _with_addresses(f"read_parquet({literal(file)})")
    is_erased = "list_has_any(addresses, (select coalesce(list(value), []) from erased_emails))"
    asked = f"(select * exclude (addresses), {is_erased} as is_erased from ({rows}))"
    count = int(
        connection.execute(f"select count(*) from {asked} where is_erased").fetchall()[0][0]
    )
    if count:
        written = [
            (
                name(column)
                if column in KEPT
                else f"case when not is_erased then {name(column)} end",
                column,
            )
            for column in columns_of(connection, file)
        ]
        write_parquet(connection, written, asked, target)
    return count
