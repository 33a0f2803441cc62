"""A warehouse and what is published, as schemas of PostgreSQL.

What is built stands in schemas of its own, `main__draft` beside `main`, and takes the others' names
in the transaction that publishes: who reads goes on with the old tables, under their new name,
until its statement has ended.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from customer_segments.engines import postgres_database
from customer_segments.engines.database import DRAFT, Database, place
from customer_segments.engines.loaded import bring_in
from customer_segments.engines.postgres_database import PUBLISHED, SCHEMAS
from customer_segments.engines.postgres_session import Session
from customer_segments.errors import UserError
from customer_segments.locks import held
from customer_segments.places import Places
from customer_segments.releases import store
from customer_segments.releases.schemas import Schemas, fingerprint
from customer_segments.sql import name

OLD = "__old"


class PostgresDraft(store.Draft):
    """What is to become the warehouse: schemas of its schemas' names and `__draft`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._begun = ""

    @property
    def database(self) -> Database:
        return postgres_database.draft()

    def remove(self) -> None:
        """Also what was the warehouse before the last build."""
        for left in [schema + end for schema in SCHEMAS for end in (DRAFT, OLD)]:
            if not self._dropped(left, 60):
                raise UserError(
                    f"somebody reads tables of the schema {left}, which is to be removed;"
                    " end what reads there and build again"
                )

    def remove_old(self) -> None:
        """Remove what was the warehouse, but what somebody still reads."""
        for schema in SCHEMAS:
            self._dropped(schema + OLD, 0)

    def _dropped(self, schema: str, seconds: float) -> bool:
        return self._session.wait_for(f"drop schema if exists {name(schema)} cascade", seconds)

    def begin(self, carried: Collection[str] = (), dropped: Collection[str] = ()) -> None:
        """What is carried over is copied."""
        self.remove()
        self.follow()
        tables = postgres_database.warehouse().tables()
        with self._session.transaction() as cursor:
            for schema, table in tables:
                if f"{schema}.{table}" in carried:
                    here, draft = place(schema, table), place(schema + DRAFT, table)
                    cursor.execute(f"create schema if not exists {name(schema + DRAFT)}")
                    cursor.execute(f"create table {draft} (like {here} including all)")
                    cursor.execute(f"insert into {draft} select * from {here}")
                    cursor.execute(f"analyze {draft}")

    @property
    def is_of_warehouse(self) -> bool:
        return fingerprint(self._session, SCHEMAS) == self._begun

    def follow(self) -> None:
        self._begun = fingerprint(self._session, SCHEMAS)

    @contextmanager
    def at_hand(self, before: bool = False) -> Iterator[None]:
        """DuckDB reads it only."""
        yield

    def settle(self) -> None:
        """The server has done it."""

    def put_in_place(self) -> None:
        """In the transaction in which it is published."""
        if not self.is_of_warehouse:
            raise UserError(
                f"the {postgres_database.warehouse()} was changed by somebody else while this build"
                " was at work; build again"
            )
        with self._session.transaction() as cursor:
            for schema in SCHEMAS:
                for before, after in ((schema, schema + OLD), (schema + DRAFT, schema)):
                    cursor.execute("select to_regnamespace(%s) is not null", (before,))
                    if cursor.fetchall() == [(True,)]:
                        cursor.execute(f"alter schema {name(before)} rename to {name(after)}")


class PostgresStore(store.Store):
    """Schemas, and the files that stand where a warehouse file would be."""

    def __init__(self, places: Places) -> None:
        self._places, self._session = places, Session()
        self.warehouse = postgres_database.warehouse()
        self.draft: PostgresDraft = PostgresDraft(self._session)
        self.published = Schemas(self._session)

    @contextmanager
    def held(self) -> Iterator[None]:
        with (
            held(self._places.lock, f"{self._places.loaded} for {self.warehouse}"),
            self._session.held(f"the {self.warehouse}"),
        ):
            yield
            self.draft.remove_old()

    def clear(self) -> None:
        tables = self.warehouse.tables()
        if tables and ("main", "model_days") not in tables:
            raise UserError(
                f"the {self.warehouse} has schemas of the names {', '.join(SCHEMAS)} that are not"
                " this project's; give it a database of its own"
            )
        if self.published.database.exists() and self.published.current() is None:
            raise UserError(
                f"the schema {PUBLISHED} in the {self.warehouse} is not this project's; give it a"
                " database of its own"
            )
        self.draft.remove()

    def bring_in(self, loaded: Path) -> None:
        bring_in(loaded)

    def state(self) -> object:
        with self._session.opened():
            return fingerprint(self._session, [*SCHEMAS, PUBLISHED])

    def is_of_one_build(self) -> bool:
        with self._session.opened():
            release = self.published.current()
            return release is not None and release.warehouse_sha256 == fingerprint(
                self._session, SCHEMAS
            )
