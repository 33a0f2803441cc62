"""What is published on PostgreSQL: a schema, and one for each earlier release.

A release's manifest is the comment on its schema, so that the two can't contradict each other.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from typing import Any

from customer_segments.engines import database as engines
from customer_segments.engines import postgres_database
from customer_segments.engines.database import Database, place
from customer_segments.engines.postgres_database import PUBLISHED
from customer_segments.engines.postgres_session import Session
from customer_segments.releases.file import RELEASE
from customer_segments.releases.store import Published, Release
from customer_segments.sql import literal, name

DRAFT = PUBLISHED + engines.DRAFT
# Seconds that readers have to end what they are at.
PATIENCE = 30
_COMMENTS = """
    select format('comment on %%s is %%L', case objsubid
        when 0 then format('table %%I.%%I', %s, relname)
        else format('column %%I.%%I.%%I', %s, relname, attname) end, description)
    from pg_description
    inner join pg_class on objoid = pg_class.oid and classoid = 'pg_class'::regclass
    left join pg_attribute on attrelid = objoid and attnum = objsubid
    where relnamespace = to_regnamespace(%s) and relname = %s
"""
# Who may read what is published may read what takes its place.
_GRANTS = """
    with readers as (
        select '' as relname, 'schema' as kind, (aclexplode(nspacl)).* from pg_namespace
        where oid = to_regnamespace(%s)
        union all
        select relname, 'table', (aclexplode(relacl)).* from pg_class
        where relnamespace = to_regnamespace(%s)
    )
    select format('grant %%s on %%s to %%s', privilege_type,
        case kind when 'schema' then format('schema %%I', %s)
            else format('%%I.%%I', %s, relname) end,
        case grantee when 0 then 'public' else grantee::regrole::text end)
    from readers
    where grantor <> grantee
        and (relname = '' or to_regclass(format('%%I.%%I', %s, relname)) is not null)
"""


def fingerprint(session: Session, schemas: Collection[str]) -> str:
    """Return what is another once a table was made anew, or dbt built, in one of the schemas."""
    ((text,),) = session.execute(
        "select string_agg(pg_class.oid::text, ' ' order by pg_class.oid) from pg_class"
        " inner join pg_namespace on pg_namespace.oid = relnamespace"
        " where nspname = any(%s) and relkind in ('r', 'v')",
        [*schemas],
    )
    text = text or ""
    main = next((schema for schema in schemas if schema.startswith("main")), "")
    days = place(main, "model_days")
    if main and session.execute("select to_regclass(%s)", days) != [(None,)]:
        text += str(session.execute(f"select count(*), max(xmin::text::bigint) from {days}"))
    return hashlib.sha256(text.encode()).hexdigest()


class Schemas(Published):
    """The schemas `segments` and, for earlier releases, `segments_r12`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def database(self) -> Database:
        return postgres_database.release(PUBLISHED)

    def release(self, number: int) -> Database:
        return postgres_database.release(self._schema(number))

    def _schema(self, number: int) -> str:
        current = self.current()
        is_current = current is not None and current.release == number
        return PUBLISHED if is_current else f"{PUBLISHED}_r{number}"

    @contextmanager
    def changing(self) -> Iterator[None]:
        """It is the lock of builds."""
        with self._session.held(f"the {self.database}"):
            self._session.execute(f"drop schema if exists {DRAFT} cascade")
            yield

    def kept(self) -> list[Release]:
        return sorted(self._manifests().values(), key=lambda known: -known.release)

    def current(self) -> Release | None:
        return self._manifests().get(PUBLISHED)

    def _manifests(self) -> dict[str, Release]:
        with self._session.opened():
            rows = self._session.execute(
                "select nspname, obj_description(oid, 'pg_namespace') from pg_namespace"
                " where nspname = %s or nspname ~ %s",
                PUBLISHED,
                f"^{PUBLISHED}_r[0-9]+$",
            )
        found = {}
        for schema, text in rows:
            try:
                found[schema] = Release(**json.loads(text))
            except (ValueError, TypeError):
                continue
        return found

    def next_number(self) -> int:
        return max((known.release for known in self.kept()), default=0) + 1

    def write(
        self,
        warehouse: Database,
        tables: Collection[str],
        rows: Mapping[str, str],
        words: Mapping[str, Any],
    ) -> tuple[dict[str, int], Any]:
        assert isinstance(warehouse, postgres_database.Postgres)
        main, counts = warehouse.schemas["main"], {}
        in_tables = {table for _, table in warehouse.tables()}
        with self._session.transaction() as cursor:
            cursor.execute(f"create schema {DRAFT}")
            # Conditions name the warehouse's tables.
            cursor.execute(f"set local search_path = {name(main)}, public")
            for table in tables:
                here, there = place(main, table), place(DRAFT, table)
                if table in in_tables:
                    cursor.execute(f"create table {there} (like {here} including all)")
                else:
                    cursor.execute(f"create table {there} as select * from {here} limit 0")
                cursor.execute(
                    f"insert into {there} select * from {here} where {rows.get(table, 'true')}"
                )
                counts[table] = cursor.rowcount
                cursor.execute(_COMMENTS, (DRAFT, DRAFT, main, table))
                for (comment,) in cursor.fetchall():
                    cursor.execute(comment)
                cursor.execute(f"analyze {there}")
            cursor.execute(f"select max(as_of) from {DRAFT}.segments")
            ((as_of,),) = cursor.fetchall()
            cursor.execute(RELEASE.format(schema=DRAFT))
            cursor.execute(
                f"insert into {DRAFT}.release values (%(release)s, %(as_of)s, %(built_at)s,"
                " %(git_revision)s, %(project_version)s)",
                {**words, "as_of": as_of},
            )
        return counts, as_of

    def sums(self, warehouse: Database) -> dict[str, Any]:
        """There is no file to be damaged, so no checksum of one."""
        assert isinstance(warehouse, postgres_database.Postgres)
        ((size,),) = self._session.execute(
            "select sum(pg_total_relation_size(oid))::bigint from pg_class"
            " where relnamespace = to_regnamespace(%s) and relkind = 'r'",
            DRAFT,
        )
        schemas = [*warehouse.schemas.values()]
        warehouse_sha256 = fingerprint(self._session, schemas)
        return {"byte_count": size, "sha256": "", "warehouse_sha256": warehouse_sha256}

    def add(self, release: Release, accept: Callable[[], None]) -> None:
        """In one transaction, which readers wait for, and it for them."""
        with self._session.transaction() as cursor:
            self._keep_readers_out()
            accept()
            self._describe(DRAFT, release)
            cursor.execute(_GRANTS, (PUBLISHED, PUBLISHED, DRAFT, DRAFT, DRAFT))
            for (grant,) in cursor.fetchall():
                cursor.execute(grant)
            self._rename(DRAFT)

    def put_in_place(self, release: Release) -> None:
        schema = self._schema(release.release)
        if schema != PUBLISHED:
            with self._session.transaction():
                self._keep_readers_out()
                self._rename(schema)

    def _rename(self, schema: str) -> None:
        """Publish a schema; the one published becomes an earlier release."""
        current = self.current()
        if current:
            before = f"{PUBLISHED}_r{current.release}"
            self._session.execute(f"alter schema {PUBLISHED} rename to {before}")
        self._session.execute(f"alter schema {schema} rename to {PUBLISHED}")

    def _keep_readers_out(self) -> None:
        """Wait until nobody is in the middle of reading what is published: no transaction then sees
        tables of two releases. One that does not end soon sees them rather than stops all builds.
        """
        tables = [place(PUBLISHED, table) for _, table in self.database.tables()]
        if tables:
            lock = f"lock table {', '.join(tables)} in access exclusive mode"
            self._session.wait_for(lock, PATIENCE)

    def _describe(self, schema: str, release: Release) -> None:
        text = json.dumps(asdict(release))
        self._session.execute(f"comment on schema {schema} is {literal(text)}")

    @contextmanager
    def rewritten(self, release: Release) -> Iterator[Database]:
        """Its own tables are changed, also if it is the one published."""
        schema = self._schema(release.release)
        database = postgres_database.release(schema)
        yield database
        counts = {
            table: self._session.execute(f"select count(*) from {place(schema, table)}")[0][0]
            for table in release.row_counts
        }
        self._describe(schema, replace(release, row_counts=counts))

    def prune(self, count: int) -> None:
        """One that somebody's own view reads stays."""
        for known in self.kept()[count:]:
            schema = self._schema(known.release)
            if schema != PUBLISHED:
                self._drop(schema)

    def _drop(self, schema: str) -> None:
        from psycopg2.errors import DependentObjectsStillExist

        database = postgres_database.release(schema)
        tables = ", ".join(place(schema, table) for _, table in database.tables())
        with suppress(DependentObjectsStillExist):
            self._session.wait_for(f"drop table {tables}; drop schema {schema}", 1)
