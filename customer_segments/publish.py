"""Replaces the published file by the tables that a green build made."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from customer_segments.dbt import manifest
from customer_segments.errors import UserError

# Enough of an e-mail address to know it by.
_ADDRESS = r"[^\s@]@[^\s@]+\.[^\s@]"


def published_tables() -> list[str]:
    """Return the names of the models that the project declares as public, in order."""
    nodes = manifest()["nodes"].values()
    return sorted(node["name"] for node in nodes if node.get("access") == "public")


def publish(warehouse: Path, published: Path) -> list[str]:
    """Copy the public tables, with constraints and comments, into a new file and put it in place.

    The file is replaced as a whole: who has the old one open goes on reading it. The warehouse
    keeps the checksum of what it published until dbt builds in it again (on-run-start in
    dbt_project.yml). Returns the tables' names. Raises UserError when a table holds e-mail
    addresses, duckdb.Error and OSError; the file in place is then as it was.
    """
    tables = published_tables()
    published.parent.mkdir(parents=True, exist_ok=True)
    draft = published.with_name(f".{published.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(warehouse)) as connection:
            check_addresses(connection, tables)
            connection.execute(f"attach '{_quoted(draft)}' as draft")
            for table in tables:
                _copy(connection, table)
            connection.execute("checkpoint draft")
            connection.execute("detach draft")
        flush(draft)
        draft.replace(published)
        flush(published.parent)
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(draft.name + ".wal").unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create or replace table main.publication as select cast(? as varchar) as checksum",
            [file_checksum(published)],
        )
    return tables


def check_addresses(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Raise UserError when a text in one of the tables is or holds an e-mail address."""
    columns = connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'main'"
        " and list_contains(?, table_name) and data_type like 'VARCHAR%' order by all",
        [list(tables)],
    ).fetchall()
    problems = []
    for table, column in columns:
        text = f'cast("{column}" as varchar)'
        count = connection.execute(
            f'select count(*) from main."{table}"'
            f" where contains({text}, '@') and regexp_matches({text}, ?)",
            [_ADDRESS],
        ).fetchall()[0][0]
        if count:
            problems.append(
                f"table {table} would be published with e-mail addresses in {count:,} rows of"
                f" {column}; published tables name nobody: take them out of the source's column"
            )
    if problems:
        raise UserError("\n".join(problems))


def file_checksum(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _copy(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    definition, comment = connection.execute(
        "select sql, comment from duckdb_tables() where database_name = current_database()"
        " and schema_name = 'main' and table_name = ?",
        [table],
    ).fetchall()[0]
    connection.execute(definition.replace("CREATE TABLE ", "CREATE TABLE draft.", 1))
    connection.execute(f'insert into draft."{table}" from main."{table}"')
    _comment(connection, f'table draft."{table}"', comment)
    columns = connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = current_database()"
        " and schema_name = 'main' and table_name = ?",
        [table],
    ).fetchall()
    for column, column_comment in columns:
        _comment(connection, f'column draft."{table}"."{column}"', column_comment)


def _comment(connection: duckdb.DuckDBPyConnection, subject: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {subject} is '{_quoted(comment)}'")


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")


def flush(path: Path) -> None:
    """Make the operating system write a file or a folder to disk now. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
