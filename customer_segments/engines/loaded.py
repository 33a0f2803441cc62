"""Brings the rows that were loaded from files into PostgreSQL.

Each Parquet file is one table in the schema `loaded`, which inherits from the table that the models
read: a file that is gone or changed takes its rows along, and leaves none behind in the pages of
another. The comments on these tables say what they were made of.
"""

from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import in_memory, parquet_rows
from customer_segments.engines.postgres import connected, copy_rows, declaration
from customer_segments.errors import UserError
from customer_segments.files import checksum
from customer_segments.sql import literal, name

FILES = "files.parquet"
"""The list of all files, in the folder of what is loaded."""

SCHEMA = "loaded"
FILES_TABLE = "files"


def bring_in(folder: Path) -> list[str]:
    """Bring what is loaded in a folder into PostgreSQL, in one transaction; return the files that
    were new or changed.

    Raises UserError when nothing is loaded there, or PostgreSQL does not take it.
    """
    if not (folder / FILES).exists():
        raise UserError(f"nothing is loaded in {folder}; run make build, or `segments load`")
    tables = {FILES_TABLE: [folder / FILES]} | {
        place.name: sorted(place.glob("*.parquet")) for place in folder.iterdir() if place.is_dir()
    }
    with in_memory() as parquet, connected() as connection, connection.cursor() as cursor:
        cursor.execute(f"create schema if not exists {SCHEMA}")
        return [
            file
            for table, files in sorted(tables.items())
            for file in _bring_in_table(parquet, cursor, table, files)
        ]


def _bring_in_table(
    parquet: duckdb.DuckDBPyConnection, cursor: Any, table: str, files: list[Path]
) -> list[str]:
    """Make a table that has the rows of some files; return those that were new or changed."""
    rows = (
        parquet_rows(files[0].parent)
        if table != FILES_TABLE
        else f"read_parquet({literal(files[0])})"
    ).removesuffix(")") + ", union_by_name = true)"
    declared = declaration(parquet, rows)
    parent = f"{SCHEMA}.{name(table)}"
    kept = _checksums(cursor, table, declared)
    if kept is None:
        cursor.execute(f"drop table if exists {parent} cascade")
        cursor.execute(f"create table {parent} ({declared})")
        cursor.execute(f"comment on table {parent} is {literal(declared)}")
        kept = {}
    wanted = {f"{table}/{file.stem}": file for file in files}
    sums = {child: checksum(file) for child, file in wanted.items()}
    for child in kept:
        if sums.get(child) != kept[child]:
            cursor.execute(f"drop table {SCHEMA}.{name(child)}")
    brought = [child for child in wanted if sums[child] != kept.get(child)]
    for child in brought:
        place = f"{SCHEMA}.{name(child)}"
        cursor.execute(f"create table {place} () inherits ({parent})")
        cursor.execute(f"comment on table {place} is {literal(sums[child])}")
        copy_rows(parquet, cursor, f"read_parquet({literal(wanted[child])})", place)
    if brought:
        cursor.execute(f"analyze {parent}")
    return brought


def _checksums(cursor: Any, table: str, declared: str) -> dict[str, str] | None:
    """Return the checksums of the files that a table has the rows of; None when the table is not
    there or has other columns.
    """
    cursor.execute(
        "select obj_description(oid) from pg_class"
        " where relnamespace = to_regnamespace(%s) and relname = %s",
        (SCHEMA, table),
    )
    if cursor.fetchall() != [(declared,)]:
        return None
    cursor.execute(
        "select relname, obj_description(pg_class.oid) from pg_inherits"
        " inner join pg_class on pg_class.oid = inhrelid where inhparent = %s::regclass",
        (f"{SCHEMA}.{name(table)}",),
    )
    return dict(cursor.fetchall())
