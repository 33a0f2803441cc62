"""A database that is a DuckDB file."""

import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from customer_segments.database import columns_by_table, opened
from customer_segments.engines.database import Database, Table, looked_at, place
from customer_segments.files import log_of, work_folder
from customer_segments.sql import literal, name

_LEAST_SPACE = 1 << 20


class DuckDBFile(Database):
    """A DuckDB file, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        """The file's path."""
        return str(self.path)

    @property
    def environment(self) -> Mapping[str, str]:
        return {"WAREHOUSE": str(self.path)}

    @property
    def to_parse(self) -> Database:
        """In another folder dbt parses anew, though no node is another then."""
        return DuckDBFile(Path(self.path.name))

    def exists(self) -> bool:
        return self.path.exists()

    def attach(self, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        connection.execute(f"attach if not exists {literal(self.path)} as {catalog} (read_only)")

    def opened(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return opened(self.path)

    def rows(self, sql: str) -> str:
        return f"({sql})"

    def tables(self) -> dict[Table, list[str]]:
        with looked_at(self) as connection:
            return columns_by_table(connection, "looked_at")

    def keep(
        self, connection: duckdb.DuckDBPyConnection, conditions: Mapping[Table, str]
    ) -> dict[str, int]:
        """A deleted row's bytes stay in the file that it was in, so the rows that
        remain go into a new one. Who has the old file open goes on reading it.
        """
        with work_folder(self.path) as folder:
            removed = self._copied(connection, folder / self.path.name, conditions)
            (folder / self.path.name).chmod(self.path.stat().st_mode)
            (folder / self.path.name).replace(self.path)
        return removed

    def _copied(
        self,
        connection: duckdb.DuckDBPyConnection,
        new: Path,
        conditions: Mapping[Table, str],
    ) -> dict[str, int]:
        # Views remember the name of their database, which is the file's.
        source, target = self.path.stem, f"{self.path.stem}_without_erased"
        # A log of changes left by a process that was killed belongs to the old file.
        mode = "" if log_of(self.path).exists() else " (read_only)"
        connection.execute(f"attach {literal(self.path)} as {name(source)}{mode}")
        connection.execute(f"attach {literal(new)} as {name(target)}")
        connection.execute(f"copy from database {name(source)} to {name(target)} (schema)")
        removed = {}
        for (schema, table), condition in conditions.items():
            there = place(schema, table)
            connection.execute(
                f"insert into {name(target)}.{there} select * from {name(source)}.{there}"
                f" where {condition or 'true'}"
            )
            before, after = connection.execute(
                f"select (select count(*) from {name(source)}.{there}),"
                f" (select count(*) from {name(target)}.{there})"
            ).fetchall()[0]
            if before > after:
                removed[table] = before - after
        connection.execute(f"detach {name(target)}")
        connection.execute(f"detach {name(source)}")
        return removed

    def is_full(self) -> bool:
        return shutil.disk_usage(self.path.parent).free < _LEAST_SPACE

    def let_go(self) -> None:
        """It would shut out whoever reads the file next."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def as_database(there: Path | Database) -> Database:
    """Return what stands at a path, or the database itself."""
    return there if isinstance(there, Database) else DuckDBFile(there)
