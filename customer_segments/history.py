"""Keeps the history as the last finished build left it until the next one is finished.

Some tables are made from their own rows of earlier builds. A build that is killed, or whose tests
fail, leaves some of them rewritten and others not; what it saw is to leave no trace.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from customer_segments.errors import UserError
from customer_segments.sentences import warehouse_sentence
from customer_segments.sql import literal, name

# While this schema is there, a build is under way or did not finish; it holds the tables' copies.
SAVED = "history_before_build"

Table = tuple[str, str]


def history_tables(parsed: Manifest) -> list[Table]:
    """Return schema and name of the models that are made from their own earlier rows: in SQL by the
    macro rows_before, in Python through dbt.this.
    """
    return sorted(
        (node.schema, node.alias)
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode)
        and (
            any(macro.endswith(".rows_before") for macro in node.depends_on.macros)
            or (node.language == "python" and "dbt.this" in node.raw_code)
        )
    )


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
    """Copy the tables aside; if the last build did not finish, put its copies back instead.

    All or nothing. Raises UserError as try_warehouse does; the tables are then as they were.
    """
    with _opened(warehouse) as connection:
        present = _present(connection, {schema for schema, _ in tables} | {SAVED})
        connection.execute("begin")
        if _is_kept(connection):
            for schema, table in tables:
                own, copy = f"{name(schema)}.{name(table)}", f"{SAVED}.{name(table)}"
                if (schema, table) in present:
                    connection.execute(f"drop table {own}")
                if (SAVED, table) in present:
                    connection.execute(f"create table {own} as from {copy}")
        else:
            connection.execute(f"create schema {SAVED}")
            for schema, table in tables:
                own, copy = f"{name(schema)}.{name(table)}", f"{SAVED}.{name(table)}"
                if (schema, table) in present:
                    connection.execute(f"create table {copy} as from {own}")
        connection.execute("commit")


def accept_history(warehouse: Path) -> None:
    """Make what the build saw part of the history. Raises UserError as try_warehouse does."""
    with _opened(warehouse) as connection:
        connection.execute(f"drop schema {SAVED} cascade")


@contextmanager
def _opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        # Attached: of a log with a comment on a table with a check, DuckDB can't open the file as
        # its first (1.5.6, its issue 20543).
        with duckdb.connect() as connection:
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


def _present(connection: duckdb.DuckDBPyConnection, schemas: set[str]) -> set[Table]:
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database() and list_contains(?, schema_name)",
        [sorted(schemas)],
    ).fetchall()
    return {(schema, table) for schema, table in rows}
