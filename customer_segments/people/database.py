"""Rewrites a database file without some people."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import duckdb

from customer_segments.files import log_of, work_folder
from customer_segments.people.spelling import clean_text, normalise_email
from customer_segments.sql import literal, name

# How the columns that say who a row is about are brought into the form that is compared.
PERSON_COLUMNS = {
    "contact_id": clean_text("contact_id"),
    "source_contact_id": clean_text("source_contact_id"),
    "email": normalise_email("email"),
}
KINDS = {"contact_id": "contact_id", "source_contact_id": "contact_id", "email": "email"}
# Every build makes the tables of these schemas anew; there is nothing in them to carry over, but in
# those that are made from their own earlier rows.
_REBUILT = ("vendors", "staging", "intermediate")


def people_columns(
    connection: duckdb.DuckDBPyConnection, database: str, kept: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """Return schema, table and column of all that says who a row of a kept table is about."""
    found = connection.execute(
        "select schema_name, table_name, column_name"
        " from duckdb_columns() inner join duckdb_tables()"
        " using (database_name, schema_name, table_name)"
        f" where database_name = ? and column_name in {tuple(PERSON_COLUMNS)} order by all",
        [database],
    ).fetchall()
    return [row for row in found if _is_kept(row[0], row[1], kept)]


def _is_kept(schema: str, table: str, kept: Collection[str]) -> bool:
    return schema not in _REBUILT or f"{schema}.{table}" in kept


def erase_from_file(
    path: Path,
    contact_ids: Iterable[str],
    emails: Iterable[str] = (),
    kept: Collection[str] = (),
) -> dict[str, int]:
    """Write a database anew without the rows of these people, and put it in the file's place.

    A deleted row's bytes stay in the file that it was in, so the rows that remain go into a new
    one. Who has the old file open goes on reading it. Returns how many rows of which table were
    left out; tables that every build makes anew, and that are not among the `kept`, are left empty.
    Raises duckdb.Error and OSError;
    the file is then as it was.
    """
    with work_folder(path) as folder:
        with duckdb.connect() as connection:
            connection.execute("create table erased (kind varchar, value varchar)")
            for kind, values in {"contact_id": contact_ids, "email": emails}.items():
                connection.execute(
                    "insert into erased select ?, unnest(?::varchar[])", [kind, list(values)]
                )
            removed = _copy(connection, path, folder / path.name, kept)
        (folder / path.name).chmod(path.stat().st_mode)
        (folder / path.name).replace(path)
    return removed


def _copy(
    connection: duckdb.DuckDBPyConnection, old: Path, new: Path, kept: Collection[str]
) -> dict[str, int]:
    # Views remember the name of their database, which is the file's.
    source, target = old.stem, f"{old.stem}_without_erased"
    # A log of changes left by a process that was killed belongs to the old file.
    left_over = log_of(old).exists()
    mode = "" if left_over else " (read_only)"
    connection.execute(f"attach {literal(old)} as {name(source)}{mode}")
    connection.execute(f"attach {literal(new)} as {name(target)}")
    connection.execute(f"copy from database {name(source)} to {name(target)} (schema)")
    about: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in people_columns(connection, source, kept):
        about.setdefault((schema, table), []).append(column)
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? order by all",
        [source],
    ).fetchall()
    removed = {}
    for schema, table in tables:
        if not _is_kept(schema, table, kept):
            continue
        there = f"{name(schema)}.{name(table)}"
        conditions = [
            f"coalesce({PERSON_COLUMNS[column]}, '')"
            f" not in (select value from memory.main.erased where kind = '{KINDS[column]}')"
            for column in about.get((schema, table), [])
        ]
        connection.execute(
            f"insert into {name(target)}.{there} select * from {name(source)}.{there}"
            f" where {' and '.join(conditions) or 'true'}"
        )
        before, after = (
            connection.execute(f"select count(*) from {name(database)}.{there}").fetchall()[0][0]
            for database in (source, target)
        )
        if before > after:
            removed[table] = before - after
    connection.execute(f"detach {name(target)}")
    connection.execute(f"detach {name(source)}")
    return removed


def column_values(result: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the one column of a result, without holding all of it, and without NULL."""
    while rows := result.fetchmany(10_000):
        yield from (value for (value,) in rows if value is not None)
