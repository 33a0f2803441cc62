"""Tables on PostgreSQL: the schemas of a warehouse, of its draft or of a release."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import duckdb

from customer_segments.database import in_memory, load_extension
from customer_segments.engines.database import DRAFT, Database, Table, place
from customer_segments.engines.postgres import address, connected, connection_string
from customer_segments.errors import UserError
from customer_segments.sql import literal, name

SCHEMAS = ("declarations", "input", "vendors", "staging", "intermediate", "reference", "main")
"""Those in which dbt builds."""

PUBLISHED = "segments"
"""That of what is published."""

_TABLES = """
    select nspname, relname, json_object_agg(attname, typname order by attnum)
    from pg_class
    inner join pg_namespace on pg_namespace.oid = relnamespace
    inner join pg_attribute on pg_attribute.attrelid = pg_class.oid
    inner join pg_type on pg_type.oid = atttypid
    where nspname = any(%s) and relkind = any(%s) and attnum > 0 and not attisdropped
    group by 1, 2 order by 1, 2
"""


class Postgres(Database):
    """Schemas of the database that the target postgres of profiles.yml names, by the name that each
    has in a DuckDB file.
    """

    options = ("--target", "postgres")

    def __init__(self, schemas: Mapping[str, str]) -> None:
        self.schemas = dict(schemas)

    def __str__(self) -> str:
        """The database, and the schema if it is not the warehouse."""
        where = "database {dbname} of PostgreSQL on {host}, port {port}".format(**address())
        main = self.schemas["main"]
        return where if main == "main" else f"{where}, schema {main}"

    @property
    def environment(self) -> Mapping[str, str]:
        return {"POSTGRES_DRAFT": self.schemas["main"].removeprefix("main")}

    def exists(self) -> bool:
        return any(schema == "main" for schema, _ in self._relations())

    def attach(self, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        """As views, under the schemas' names in a DuckDB file."""
        relations = self._relations()
        server = self._attach_server(connection, catalog)
        connection.execute(f"attach if not exists ':memory:' as {catalog}")
        for schema in self.schemas:
            connection.execute(f"create schema if not exists {catalog}.{name(schema)}")
        for (schema, table), columns in relations.items():
            # DuckDB reads the values of a type that this project made as text.
            read = [
                f"cast({name(column)} as double) as {name(column)}"
                for column, data_type in columns.items()
                if data_type == "double"
            ]
            replaced = f"replace ({', '.join(read)})" if read else ""
            connection.execute(
                f"create or replace view {catalog}.{place(schema, table)} as"
                f" select * {replaced} from {server}.{place(self.schemas[schema], table)}"
            )

    def _attach_server(
        self, connection: duckdb.DuckDBPyConnection, catalog: str, mode: str = ", read_only"
    ) -> str:
        """Let DuckDB work with the whole database; return as which catalog."""
        load_extension(connection, "postgres_scanner")
        server = f"{catalog}_server"
        connection.execute(
            f"attach if not exists {literal(connection_string())} as {server} (type postgres{mode})"
        )
        return server

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self.exists():
            raise UserError(f"there is nothing in the {self}; run make build TARGET=postgres first")
        with closing(in_memory()) as connection:
            self.attach(connection, "opened")
            connection.execute("use opened")
            yield connection

    def rows(self, sql: str) -> str:
        return f"postgres_query('opened_server', {literal(sql)})"

    def tables(self) -> dict[Table, list[str]]:
        return {table: [*columns] for table, columns in self._relations("r").items()}

    def _relations(self, kinds: str = "rv") -> dict[Table, dict[str, str]]:
        """Return tables and views, or tables only, with their columns' types."""
        plain = {there: schema for schema, there in self.schemas.items()}
        with connected() as connection, connection.cursor() as cursor:
            cursor.execute(_TABLES, ([*plain], [*kinds]))
            return {(plain[schema], table): found for schema, table, found in cursor.fetchall()}

    def keep(
        self, connection: duckdb.DuckDBPyConnection, conditions: Mapping[Table, str]
    ) -> dict[str, int]:
        """Tables without a condition are dropped, with the views that read them; of
        the others what remains is written into new files, and so are the figures on their values.
        dbt deletes rows, too, so a table in which there was nobody is no exception.
        """
        server = self._attach_server(connection, "erased_from", "")
        removed = {}
        for (schema, table), condition in conditions.items():
            if condition:
                ((count,),) = connection.execute(
                    f"delete from {server}.{place(self.schemas[schema], table)}"
                    f" where not ({condition})"
                ).fetchall()
                if count:
                    removed[schema, table] = int(count)
        connection.execute(f"detach {server}")
        with connected(is_transaction=False) as session, session.cursor() as cursor:
            cursor.execute("select usesuper from pg_user where usename = current_user")
            ((is_superuser,),) = cursor.fetchall()
            for schema, table in self.tables():
                there = place(self.schemas[schema], table)
                if (schema, table) not in conditions:
                    cursor.execute(f"drop table {there} cascade")
                elif conditions[schema, table]:
                    cursor.execute(f"vacuum (full, analyze) {there}")
                    if is_superuser:
                        # Of an empty table the figures stay as they were.
                        cursor.execute(
                            f"delete from pg_statistic where starelid = {literal(there)}::regclass"
                            f" and not exists (select 1 from {there})"
                        )
            cursor.execute("vacuum full pg_statistic")
        return {table: count for (_, table), count in removed.items()}

    def is_full(self) -> bool:
        """The server says so itself."""
        return False

    def let_go(self) -> None:
        """It keeps nothing from others."""


def warehouse() -> Postgres:
    """Return the warehouse."""
    return Postgres({schema: schema for schema in SCHEMAS})


def draft() -> Postgres:
    """Return what is to become the warehouse."""
    return Postgres({schema: schema + DRAFT for schema in SCHEMAS})


def release(schema: str) -> Postgres:
    """Return what is published in a schema."""
    return Postgres({"main": schema})
