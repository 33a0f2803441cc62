"""Asks the warehouse, and words what it says when it can't answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from customer_segments.errors import UserError
from customer_segments.sentences import database_sentence

Row = tuple[object, ...]


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database for reading. Raises UserError when there is none or it can't be read."""
    if not path.exists():
        raise UserError(f"there is no {path}; run make build first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise UserError(f"{path} can not be opened: {database_sentence(str(error))}") from error
    with connection:
        yield connection


def query_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """Run a query. Raises UserError with the database's words, in one sentence."""
    try:
        return connection.execute(sql).fetchall()
    except duckdb.Error as error:
        raise UserError(database_sentence(str(error))) from error
