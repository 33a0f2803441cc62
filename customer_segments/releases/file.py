"""Writes the file that is published, with constraints and comments."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.sql import literal

RELEASE = Path(__file__).with_name("release.sql").read_text(encoding="utf-8")
"""Makes the table that says from where the others are, in a schema to be named."""


def write_file(
    target: Path,
    warehouse: str,
    tables: Collection[str],
    rows: Mapping[str, str],
    words: Mapping[str, Any],
) -> tuple[dict[str, int], Any]:
    """Copy tables of a warehouse into a new file; see Published.write. Raises duckdb.Error."""
    with duckdb.connect(warehouse) as connection:
        connection.execute(f"attach {literal(target)} as draft")
        counts = {table: _copy(connection, table, rows.get(table, "true")) for table in tables}
        as_of = connection.execute("select max(as_of) from draft.segments").fetchall()[0][0]
        connection.execute(RELEASE.format(schema="draft"))
        connection.execute(
            "insert into draft.release select $release, $as_of, $built_at, $git_revision,"
            " $project_version",
            {**words, "as_of": as_of},
        )
        connection.execute("checkpoint draft")
        connection.execute("detach draft")
    return counts, as_of


def _copy(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> int:
    """Copy the rows of a table, or view, for which a condition holds; return how many there are."""
    here = "database_name = current_database() and schema_name = 'main'"
    definition, comment = connection.execute(
        f"select sql, comment from duckdb_tables() where {here} and table_name = $table"
        f" union all select null, comment from duckdb_views() where {here} and view_name = $table",
        {"table": table},
    ).fetchall()[0]
    if definition is None:
        copy = f'create table draft."{table}" as from main."{table}" where {condition}'
    else:
        connection.execute(definition.replace("CREATE TABLE ", "CREATE TABLE draft.", 1))
        copy = f'insert into draft."{table}" from main."{table}" where {condition}'
    inserted = connection.execute(copy).fetchall()
    _comment(connection, f'table draft."{table}"', comment)
    columns = connection.execute(
        f"select column_name, comment from duckdb_columns() where {here} and table_name = ?",
        [table],
    ).fetchall()
    for column, column_comment in columns:
        _comment(connection, f'column draft."{table}"."{column}"', column_comment)
    return int(inserted[0][0])


def _comment(connection: duckdb.DuckDBPyConnection, subject: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {subject} is {literal(comment)}")
