"""Keeps the history as the last finished build left it until the next one is finished.

Some tables are made from their own rows of earlier builds. A build that is killed, or whose tests
fail, leaves some of them rewritten and others not; what it saw is to leave no trace.
"""

import shutil
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from customer_segments.errors import UserError
from customer_segments.files import private
from customer_segments.sentences import warehouse_sentence
from customer_segments.sql import literal, name

# While this schema is there, a build is under way or did not finish; it holds what the tables were.
SAVED = "history_before_build"


class Table(NamedTuple):
    """A table that is made from its own earlier rows.

    One that changes in place is not kept as a copy but as what its changes replaced, which
    macros/incremental_membership_periods.sql writes.
    """

    schema: str
    name: str
    changes_in_place: bool = False

    @property
    def own(self) -> str:
        """The table, for SQL."""
        return f"{name(self.schema)}.{name(self.name)}"

    @property
    def saved(self) -> str:
        """What is kept of it, for SQL."""
        return f"{SAVED}.{name(self.name)}"


def history_tables(parsed: Manifest) -> list[Table]:
    """Return the models that are made from their own earlier rows: in SQL by the macro rows_before,
    in Python through dbt.this; and the table of the days that did not end well.
    """
    models = sorted(
        Table(node.schema, node.alias, node.config.incremental_strategy == "membership_periods")
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode)
        and (
            any(macro.endswith(".rows_before") for macro in node.depends_on.macros)
            or (node.language == "python" and "dbt.this" in node.raw_code)
        )
    )
    return [*models, Table("main", "unfinished_days")]


def try_warehouse(warehouse: Path) -> None:
    """Bring what a build left in the warehouse's log into its file.

    What a killed build had spilled to disk is removed. Raises UserError when another process has
    the file open, when it can't be written or when it is no database.
    """
    if warehouse.exists():
        with _opened(warehouse) as connection:
            connection.execute("checkpoint")
    shutil.rmtree(warehouse.with_name(warehouse.name + ".tmp"), ignore_errors=True)


def keep_history(warehouse: Path, tables: Sequence[Table]) -> None:
    """Keep what the tables are now; if the last build did not finish, put them back instead.

    All or nothing. Raises UserError as try_warehouse does; the tables are then as they were.
    """
    with _opened(warehouse) as connection:
        present = _present(connection, {table.schema for table in tables} | {SAVED})
        connection.execute("begin")
        if _is_kept(connection):
            for table in tables:
                _put_back(connection, table, present)
        else:
            connection.execute(f"create schema {SAVED}")
            for table in tables:
                if (table.schema, table.name) in present:
                    rows = "limit 0" if table.changes_in_place else ""
                    connection.execute(f"create table {table.saved} as from {table.own} {rows}")
        connection.execute("commit")


def _put_back(
    connection: duckdb.DuckDBPyConnection, table: Table, present: Set[tuple[str, str]]
) -> None:
    is_saved = (SAVED, table.name) in present
    if is_saved and table.changes_in_place:
        connection.execute(f"""
            delete from {table.own} as periods using {table.saved} as saved
            where periods.contact_id = saved.contact_id and periods.segment = saved.segment
                and periods.entered_at = saved.entered_at;
            insert into {table.own} from {table.saved} where left_at is distinct from entered_at;
            truncate {table.saved}
        """)
        return
    if (table.schema, table.name) in present:
        connection.execute(f"drop table {table.own}")
    if is_saved:
        connection.execute(f"create table {table.own} as from {table.saved}")


def accept_history(warehouse: Path) -> None:
    """Make what the build saw part of the history. Raises UserError as try_warehouse does."""
    with _opened(warehouse) as connection:
        connection.execute(f"drop schema {SAVED} cascade")


def change_history(warehouse: Path, sql: str) -> None:
    """Run SQL that changes the history. Raises UserError as try_warehouse does."""
    with _opened(warehouse) as connection:
        connection.execute(sql)


def built_days(warehouse: Path) -> set[date]:
    """Return the days that are in the history. Raises UserError as try_warehouse does."""
    with _opened(warehouse) as connection:
        if ("main", "segment_days") not in _present(connection, {"main"}):
            return set()
        rows = connection.execute("select distinct day from main.segment_days").fetchall()
    return {day for (day,) in rows}


@contextmanager
def _opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        # Attached: of a log with a comment on a table with a check, DuckDB can't open the file as
        # its first (1.5.6, its issue 20543).
        with private(), duckdb.connect() as connection:
            own = name(warehouse.stem)
            connection.execute(f"attach {literal(warehouse)} as {own}")
            connection.execute(f"use {own}")
            yield connection
    except duckdb.Error as error:
        raise UserError(warehouse_sentence(warehouse, str(error))) from error


def _is_kept(connection: duckdb.DuckDBPyConnection) -> bool:
    rows = connection.execute(
        "select count(*) from duckdb_schemas()"
        " where database_name = current_database() and schema_name = ?",
        [SAVED],
    ).fetchall()
    return bool(rows[0][0])


def _present(connection: duckdb.DuckDBPyConnection, schemas: set[str]) -> set[tuple[str, str]]:
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database() and list_contains(?, schema_name)",
        [sorted(schemas)],
    ).fetchall()
    return {(schema, table) for schema, table in rows}
