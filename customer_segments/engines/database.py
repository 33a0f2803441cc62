"""What is asked of a database, whatever engine it is on: DuckDB reads it, dbt builds in it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

import duckdb

from customer_segments.sql import name

DRAFT = "__draft"
"""What the name of a draft's schema ends with, on an engine where that is no file."""

Table = tuple[str, str]
"""A schema and a table in it."""


class Database(ABC):
    """The tables of one warehouse, one draft of it or one release."""

    options: Sequence[str] = ()
    """What dbt is told on its command line, so that it builds there."""

    @property
    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """What dbt's profile asks of the environment."""

    @property
    def to_parse(self) -> "Database":
        """What dbt is to parse for, so that it need not parse anew for the next one."""
        return self

    @abstractmethod
    def exists(self) -> bool:
        """Return whether there is such a database. Raises UserError when nobody answers."""

    @abstractmethod
    def attach(self, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        """Let DuckDB read it as a catalog, if it is not yet one. Raises duckdb.Error, UserError."""

    @abstractmethod
    def opened(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open it for reading. Raises UserError when there is none or it can't be read."""

    @abstractmethod
    def rows(self, sql: str) -> str:
        """Return what DuckDB, where this is opened, selects from: the rows of SQL as dbt compiled
        it.
        """

    @abstractmethod
    def tables(self) -> dict[Table, list[str]]:
        """Return the columns of all tables, not of views, in order."""

    @abstractmethod
    def keep(
        self, connection: duckdb.DuckDBPyConnection, conditions: Mapping[Table, str]
    ) -> dict[str, int]:
        """Leave of the tables those rows alone for which a condition holds, none of tables without
        one, and nothing of the others in any file; return how many rows of which table went.

        The conditions are DuckDB's; the connection has what they ask for. Raises duckdb.Error,
        OSError and UserError; the database is then as it was, or some tables of it are done.
        """

    @abstractmethod
    def is_full(self) -> bool:
        """Return whether hardly any space is left to write it."""

    @abstractmethod
    def let_go(self) -> None:
        """Close what dbt keeps open in this process."""


@contextmanager
def looked_at(database: Database) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that has a database as the catalog `looked_at`."""
    with duckdb.connect() as connection:
        database.attach(connection, "looked_at")
        yield connection


def place(schema: str, table: str) -> str:
    """Return a table's name in SQL."""
    return f"{name(schema)}.{name(table)}"
