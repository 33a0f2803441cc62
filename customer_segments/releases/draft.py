"""A build works on a copy of the warehouse, which takes the warehouse's place when it ended well.

So a build that fails or is killed leaves the warehouse as it was, byte for byte.
"""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb

from customer_segments.engines.database import Database, place
from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.errors import UserError
from customer_segments.files import flush, log_of, private, state
from customer_segments.releases import store
from customer_segments.sentences import warehouse_sentence
from customer_segments.sql import literal, name


class Draft(store.Draft):
    """What is to become the warehouse: a file of its name, which views remember, in a folder beside
    it.
    """

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self.file = warehouse.with_suffix(".draft") / warehouse.name
        self._copied = state(warehouse)

    @property
    def database(self) -> Database:
        return DuckDBFile(self.file)

    def remove(self) -> None:
        shutil.rmtree(self.file.parent, ignore_errors=True)

    def begin(self, carried: Collection[str] = (), dropped: Collection[str] = ()) -> None:
        """The whole file is copied, and then what is dropped goes."""
        self.remove()
        bring_in_log(self.warehouse)
        try:
            with private():
                self.file.parent.mkdir(parents=True)
                self._copied = state(self.warehouse)
                if self.warehouse.exists():
                    with attached(self.warehouse, "read_only"):
                        shutil.copyfile(self.warehouse, self.file)
                    if dropped:
                        self._drop(dropped)
        except OSError as error:
            self.remove()
            raise UserError(
                f"{self.file} cannot be written ({error.strerror}): a build works on a copy of the"
                " warehouse; check the free space and the permissions there"
            ) from error

    def _drop(self, relations: Collection[str]) -> None:
        with attached(self.file) as connection:
            found = connection.execute(
                "select schema_name, table_name, 'table' from duckdb_tables()"
                " where database_name = current_database()"
                " union all select schema_name, view_name, 'view' from duckdb_views()"
                " where database_name = current_database() and not internal"
            ).fetchall()
            for schema, relation, kind in found:
                if f"{schema}.{relation}" in relations:
                    connection.execute(f"drop {kind} {place(schema, relation)}")

    @property
    def is_of_warehouse(self) -> bool:
        return state(self.warehouse) == self._copied

    def follow(self) -> None:
        self._copied = state(self.warehouse)

    @contextmanager
    def at_hand(self, before: bool = False) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        if not before:
            with attached(self.file) as connection:
                yield connection, "main"
            return
        with attached(self.warehouse, "read_only") as connection:
            connection.execute(f"attach {literal(self.file)} as the_draft")
            yield connection, "the_draft.main"

    def settle(self) -> None:
        """A full disk shows when the log is brought into the file, and dbt does
        not say so.
        """
        with attached(self.file) as connection:
            connection.execute("checkpoint")

    def put_in_place(self) -> None:
        bring_in_log(self.file)
        flush(self.file)
        is_there = self.warehouse.exists()
        # Nobody begins to write in the old one any more.
        with attached(self.warehouse, "read_only") if is_there else nullcontext():
            if not self.is_of_warehouse:
                raise UserError(
                    f"{self.warehouse} was changed by somebody else while this build was at work;"
                    " build again"
                )
            self.file.replace(self.warehouse)
        flush(self.warehouse.parent)
        self.remove()


def bring_in_log(file: Path) -> None:
    """Bring what is in a database's log into its file, so that the file alone is all of it.

    What a killed process had spilled to disk is removed. Raises UserError when another process
    writes in the file, when it can't be written or when it is no database.
    """
    if file.exists():
        has_log = log_of(file).exists()
        with attached(file, "read_write" if has_log else "read_only") as connection:
            if has_log:
                connection.execute("checkpoint")
    shutil.rmtree(file.with_name(file.name + ".tmp"), ignore_errors=True)


@contextmanager
def attached(file: Path, mode: str = "read_write") -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse by the name that its views remember. Raises UserError for what goes wrong
    with the file in the block.
    """
    try:
        # Attached: of a log with a comment on a table with a check, DuckDB can't open the file as
        # its first (1.5.6, its issue 20543).
        with private(), duckdb.connect() as connection:
            own = name(file.stem)
            connection.execute(f"attach {literal(file)} as {own} ({mode})")
            connection.execute(f"use {own}")
            yield connection
    except duckdb.Error as error:
        raise UserError(warehouse_sentence(file, str(error))) from error
