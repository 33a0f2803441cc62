"""Finds the rows of people in a database, and removes those of some."""

from collections.abc import Collection, Iterable, Iterator

import duckdb

from customer_segments.engines.database import Database, Table
from customer_segments.people.spelling import clean_text, normalise_email

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


def people_columns(database: Database, kept: Collection[str] = ()) -> dict[Table, list[str]]:
    """Return, of each table that is kept, the columns that say who a row is about."""
    return {
        (schema, table): [column for column in columns if column in PERSON_COLUMNS]
        for (schema, table), columns in database.tables().items()
        if schema not in _REBUILT or f"{schema}.{table}" in kept
    }


def erase_from(
    database: Database,
    contact_ids: Iterable[str],
    emails: Iterable[str] = (),
    kept: Collection[str] = (),
) -> dict[str, int]:
    """Leave nothing of these people in a database; return how many rows of which table went.

    Tables that every build makes anew, and that are not among the `kept`, are left empty or
    removed. Raises duckdb.Error, OSError and UserError.
    """
    with duckdb.connect() as connection:
        connection.execute("create table erased (kind varchar, value varchar)")
        for kind, values in {"contact_id": contact_ids, "email": emails}.items():
            connection.execute(
                "insert into erased select ?, unnest(?::varchar[])", [kind, list(values)]
            )
        conditions = {
            table: " and ".join(
                f"coalesce({PERSON_COLUMNS[column]}, '')"
                f" not in (select value from memory.main.erased where kind = '{KINDS[column]}')"
                for column in columns
            )
            for table, columns in people_columns(database, kept).items()
        }
        return database.keep(connection, conditions)


def column_values(result: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the one column of a result, without holding all of it, and without NULL."""
    while rows := result.fetchmany(10_000):
        yield from (value for (value,) in rows if value is not None)
