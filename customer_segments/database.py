"""Asks the warehouse, and words what it says when it can't answer; writes Parquet files."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.errors import UserError
from customer_segments.sentences import database_sentence
from customer_segments.sql import literal, name

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


def named_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Run a query and name the values of each row. Raises duckdb.Error."""
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def in_memory(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database with bounded memory; what does not fit in goes into a folder, if given."""
    threads = min(4, os.cpu_count() or 1)
    connection = duckdb.connect(
        config={"memory_limit": "1GB", "threads": threads, "temp_directory": str(spill or "")}
    )
    connection.execute("set TimeZone = 'UTC'")
    # Its cache may serve the bytes of an earlier file of the same name.
    connection.execute("set enable_external_file_cache = false")
    return connection


def load_extension(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load an extension of DuckDB from its wheel. Raises UserError when that is not installed."""
    spec = find_spec(f"duckdb_extension_{extension}")
    if spec is None or spec.origin is None:
        raise UserError(f"DuckDB's extension {extension} is not installed; run make .venv/postgres")
    folder = Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}"
    connection.execute(f"load {literal(folder / f'{extension}.duckdb_extension')}")


def columns_by_table(
    connection: duckdb.DuckDBPyConnection, catalog: str
) -> dict[tuple[str, str], list[str]]:
    """Return the columns, in order, of the tables of a catalog, not of views."""
    rows = connection.execute(
        "select schema_name, table_name, list(column_name order by column_index)"
        " from duckdb_columns() inner join duckdb_tables()"
        " using (database_name, schema_name, table_name)"
        " where database_name = $catalog group by all order by all",
        {"catalog": catalog},
    ).fetchall()
    return {(schema, table): columns for schema, table, columns in rows}


def parquet_rows(folder: Path) -> str:
    """Return SQL of the rows in all Parquet files of a folder, which has one at least."""
    files = ", ".join(literal(file) for file in sorted(folder.glob("*.parquet")))
    return f"read_parquet([{files}], hive_partitioning = false)"


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[tuple[str, str]],
    source: str,
    target: Path,
) -> int:
    """Write (expression, name) pairs selected from `source`, in the order of its rows; return how
    many rows there are. Raises duckdb.Error.
    """
    selected = ", ".join(f"{expression} as {name(column)}" for expression, column in columns)
    return copy_parquet(connection, f"select {selected} from {source}", target)


def copy_parquet(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    """Write the rows of a query; return how many there are. Raises duckdb.Error."""
    done = connection.execute(
        f"copy ({query}) to {literal(target)} (format parquet, compression zstd)"
    ).fetchone()
    return int(done[0]) if done else 0
