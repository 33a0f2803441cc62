"""PostgreSQL: the connection, and rows between it and DuckDB."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.errors import UserError
from customer_segments.files import private
from customer_segments.sql import literal, name

# Where another word means the same type; PostgreSQL has no integers without a sign.
_TYPES = {"DOUBLE": "double precision", "FLOAT": "real", "UBIGINT": "numeric(20)"}


def address(with_password: bool = False) -> dict[str, str]:
    """Return where the target postgres of profiles.yml is, in the words of PostgreSQL's drivers."""
    asked = {
        "host": ("POSTGRES_HOST", "127.0.0.1"),
        "port": ("POSTGRES_PORT", "54329"),
        "user": ("POSTGRES_USER", "segments"),
        "dbname": ("POSTGRES_DATABASE", "segments"),
        **({"password": ("POSTGRES_PASSWORD", "segments")} if with_password else {}),
    }
    return {word: os.environ.get(*variable) for word, variable in asked.items()}


def connection_string() -> str:
    """Return the address as DuckDB passes it to PostgreSQL's own library."""
    return " ".join(
        f"{key}='{value.translate({39: chr(92) + chr(39), 92: chr(92) * 2})}'"
        for key, value in address(with_password=True).items()
    )


def connect() -> Any:
    """Connect to the database that the target postgres of profiles.yml names.

    Raises UserError when the driver is missing or the database does not answer.
    """
    try:
        import psycopg2
    except ModuleNotFoundError as error:
        raise UserError(
            "the driver for PostgreSQL is not installed; run make .venv/postgres"
        ) from error
    try:
        return psycopg2.connect(**address(with_password=True))
    except psycopg2.OperationalError as error:
        # The first of its lines says it, the others give advice or say it of another address.
        problem = str(error).strip().splitlines()[0]
        raise UserError(
            "PostgreSQL on {host}, port {port}, did not let {user} in: ".format(**address())
            + f"{problem}; see that it runs, and that POSTGRES_HOST, POSTGRES_PORT,"
            " POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DATABASE say how to get in"
        ) from error


@contextmanager
def connected(is_transaction: bool = True) -> Iterator[Any]:
    """Connect, for one transaction if nothing else is said. Raises UserError when it fails, too."""
    connection = connect()
    import psycopg2

    try:
        if is_transaction:
            with connection:
                yield connection
        else:
            connection.autocommit = True
            yield connection
    except psycopg2.Error as error:
        # What follows quotes values.
        problem = str(error).split("\nDETAIL:")[0].split("\nLINE ")[0].strip()
        raise UserError(f"PostgreSQL could not do it: {problem}") from error
    finally:
        connection.close()


def declaration(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Return the columns of rows that DuckDB reads, with their types on PostgreSQL."""
    return ", ".join(
        f"{name(column)} {_TYPES.get(data_type, data_type)}"
        for column, data_type in _columns(connection, rows).items()
    )


def copy_rows(connection: duckdb.DuckDBPyConnection, cursor: Any, rows: str, target: str) -> None:
    """Copy rows that DuckDB reads into a table of PostgreSQL that has columns of their names."""
    columns = _columns(connection, rows)
    selected = ", ".join(
        f"{_array_text(name(column)) if kind.endswith('[]') else name(column)} as {name(column)}"
        for column, kind in columns.items()
    )
    with private(), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        connection.execute(
            f"copy (select {selected} from {rows}) to {literal(file)}"
            " (format csv, header false, force_quote *, nullstr '')"
        )
        with file.open("rb") as text:
            cursor.copy_expert(
                f"copy {target} ({', '.join(map(name, columns))}) from stdin (format csv)", text
            )


def fetch_rows(cursor: Any, rows: str, connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Make a table of DuckDB with the rows of a table of PostgreSQL."""
    cursor.execute(
        "select attname, format_type(coalesce(nullif(typbasetype, 0), atttypid), atttypmod)"
        " from pg_attribute inner join pg_type on pg_type.oid = atttypid"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
        (rows,),
    )
    columns: dict[str, str] = dict(cursor.fetchall())
    selected = ", ".join(
        f"to_json({name(column)})" if kind.endswith("[]") else name(column)
        for column, kind in columns.items()
    )
    read = ", ".join(
        f"cast(from_json({name(column)}, '[\"VARCHAR\"]') as varchar[]) as {name(column)}"
        if kind.endswith("[]")
        else f"cast({name(column)} as {kind}) as {name(column)}"
        for column, kind in columns.items()
    )
    texts = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    with private(), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        with file.open("wb") as text:
            cursor.copy_expert(
                f"copy (select {selected} from {rows}) to stdout (format csv, force_quote *)", text
            )
        connection.execute(
            f"create or replace table {target} as select {read} from read_csv({literal(file)},"
            f" columns = {{{texts}}}, header = false, auto_detect = false, delim = ',',"
            """ quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false)"""
        )


def _columns(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, str]:
    """Return the columns of rows that DuckDB reads, with their types."""
    found = connection.execute(f"describe from {rows}").fetchall()
    return {column: data_type for column, data_type, *_ in found}


def _array_text(column: str) -> str:
    """Return SQL of a list as PostgreSQL writes it."""
    quoted = f"""list_transform({column}, lambda item: case when item is null then 'NULL'
        else '"' || replace(replace(item, '\\', '\\\\'), '"', '\\"') || '"' end)"""
    return f"'{{' || array_to_string({quoted}, ',') || '}}'"
