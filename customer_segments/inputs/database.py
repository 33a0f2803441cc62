"""The in-memory DuckDB that writes the Parquet files."""

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from customer_segments.inputs.csv_records import LIMIT
from customer_segments.sql import literal, name


def connect() -> duckdb.DuckDBPyConnection:
    """Open a database with bounded memory."""
    threads = min(4, os.cpu_count() or 1)
    connection = duckdb.connect(
        config={"memory_limit": "1GB", "threads": threads, "temp_directory": ""}
    )
    connection.execute("set TimeZone = 'UTC'")
    # Its cache may serve the bytes of an earlier file of the same name.
    connection.execute("set enable_external_file_cache = false")
    return connection


def spill_to(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Let the database put into the folder what does not fit into its memory."""
    connection.execute(f"set temp_directory = {literal(folder)}")


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
    done = connection.execute(
        f"copy (select {selected} from {source}) to {literal(target)} "
        "(format parquet, compression zstd)"
    ).fetchone()
    return int(done[0]) if done else 0


def csv_source(
    path: Path, width: int, *, delimiter: str, newline: bytes, header: bool, parallel: bool
) -> str:
    """Return the table function that reads a file of well-formed rows as columns c0, c1, …"""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    line_end = newline.decode().replace("\r", "\\r").replace("\n", "\\n")
    options = {
        "columns": "{" + columns + "}",
        "auto_detect": "false",
        "header": str(header).lower(),
        "delim": literal(delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "comment": "''",
        "new_line": literal(line_end),
        "null_padding": "false",  # strict_mode is on; naming it reads CRLF files as empty
        "hive_partitioning": "false",
        "max_line_size": str(4 * LIMIT),
        "parallel": str(parallel).lower(),
    }
    listed = ", ".join(f"{option} = {value}" for option, value in options.items())
    return f"read_csv({literal(path)}, {listed})"
