"""Published tables in a DuckLake: Parquet files in a folder, and a catalog of them in PostgreSQL.

Who reads it holds no lock, and each release is a snapshot.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from customer_segments.database import columns_by_table, in_memory, load_extension
from customer_segments.engines.database import Database, Table, looked_at
from customer_segments.engines.postgres import address, connected, connection_string
from customer_segments.errors import UserError
from customer_segments.sql import literal

SCHEMA = "segments_lake"
"""That of the catalog's own tables in the database that the target postgres names."""


class Lake(Database):
    """The tables of one snapshot, or the latest."""

    def __init__(self, folder: Path, snapshot: int | None = None) -> None:
        self.folder = folder
        self.snapshot = snapshot

    def __str__(self) -> str:
        """The folder, and where its catalog is."""
        return f"{self.folder} (catalog in PostgreSQL on {address()['host']})"

    @property
    def environment(self) -> Mapping[str, str]:
        """Nothing is built in it."""
        return {}

    def exists(self) -> bool:
        """Whether anything was ever published. Raises UserError when PostgreSQL does not answer."""
        with connected() as connection, connection.cursor() as cursor:
            cursor.execute("select to_regclass(%s) is not null", (f"{SCHEMA}.ducklake_snapshot",))
            return bool(cursor.fetchall()[0][0])

    def attach(self, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        self._attach(connection, catalog, ", read_only")

    def attach_to_write(self, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        """Let DuckDB write it, too; it is made if there is none. Raises duckdb.Error, UserError."""
        self._attach(connection, catalog, ", data_inlining_row_limit 0")

    def _attach(self, connection: duckdb.DuckDBPyConnection, catalog: str, options: str) -> None:
        for extension in ("postgres_scanner", "ducklake"):
            load_extension(connection, extension)
        if self.snapshot is not None:
            options += f", snapshot_version {self.snapshot}"
        connection.execute(
            f"attach if not exists {literal('ducklake:postgres:' + connection_string())}"
            f" as {catalog} (data_path {literal(f'{self.folder}/')},"
            f" metadata_schema {literal(SCHEMA)}{options})"
        )

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self.exists():
            raise UserError(f"there is nothing in {self}; run make build TARGET=ducklake first")
        with in_memory() as connection:
            self.attach(connection, "opened")
            connection.execute("use opened")
            yield connection

    def rows(self, sql: str) -> str:
        return f"({sql})"

    def tables(self) -> dict[Table, list[str]]:
        with looked_at(self) as connection:
            return columns_by_table(connection, "looked_at")

    def keep(
        self, connection: duckdb.DuckDBPyConnection, conditions: Mapping[Table, str]
    ) -> dict[str, int]:
        """A snapshot never changes: releases/snapshots.py writes a new one without the rows."""
        raise NotImplementedError

    def is_full(self) -> bool:
        """Nothing is built in it."""
        return False

    def let_go(self) -> None:
        """It keeps nothing from others."""
