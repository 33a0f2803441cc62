"""What is published on PostgreSQL, kept, rolled back; who reads meanwhile, and who is erased."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from customer_segments import database
from customer_segments.engines import postgres, postgres_database
from customer_segments.errors import UserError
from customer_segments.people.database import erase_from
from customer_segments.places import Places
from customer_segments.releases.postgres_store import PostgresStore
from customer_segments.releases.publish import publish
from customer_segments.releases.rollback import releases_table, roll_back
from tests.python.test_releases import KEYS

pytest.importorskip("psycopg2", reason="the driver for PostgreSQL is not installed")
pytest.importorskip("duckdb_extension_postgres_scanner", reason="DuckDB can't read PostgreSQL")

PERSON = "K-8472"
TABLES = f"""
    create schema if not exists main__draft;
    create table if not exists main__draft.past (contact_id varchar, member_count integer);
    insert into main__draft.past values ('{PERSON}', {{0}});
    create table main__draft.model_days (model varchar, day date);
    create table main__draft.segments as
        select 'vip' as segment, {{0}} as member_count, 1.5::double as share,
            date '2026-06-30' as as_of;
    alter table main__draft.segments add primary key (segment);
    comment on table main__draft.segments is 'The catalogue. One row per segment.';
    create view main__draft.segment_members as
        select 'K-' || 8400 + i as contact_id, 'vip' as segment
        from generate_series(1, {{0}}) as t(i);
    comment on column main__draft.segment_members.contact_id is 'The ''contact''.'
"""


def run(*statements: str) -> list[tuple[Any, ...]]:
    """Run statements, and return the rows of the last."""
    with postgres.connected(is_transaction=False) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


class Place:
    """A warehouse with a public table and a public view, in a database of its own."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.server = server
        places = Places(None, folder / "postgres.warehouse", folder / "none", "postgres")
        self.store = PostgresStore(places)
        self.published = self.store.published

    def publish(
        self, members: int, kept: int = 5, between: Callable[[], object] = lambda: None
    ) -> None:
        """Build, with a history of how many members there were, and publish."""
        draft = self.store.draft
        with self.store.held():
            self.store.clear()
            draft.begin(["main.past"])
            run(TABLES.format(members))
            between()
            publish(draft.database, self.published, KEYS, kept, {}, draft.put_in_place)

    def state(self) -> tuple[int | None, list[int], list[tuple[Any, ...]]]:
        """The release published, those kept, and the members that the warehouse ever had."""
        current = self.published.current()
        kept = [known.release for known in self.published.kept()]
        past = run("select member_count from main.past order by member_count")
        return (current.release if current else None), kept, past


@pytest.fixture
def place(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    run("drop database if exists tried with (force)", "create database tried template template0")
    monkeypatch.setenv("POSTGRES_DATABASE", "tried")
    run("create domain double as double precision")
    yield Place(tmp_path, server)


def test_tables_are_published_with_keys_comments_and_readers(place: Place) -> None:
    place.publish(3)
    run(
        "drop role if exists dashboard",
        "create role dashboard login password 'dashboard'",
        "grant usage on schema segments to dashboard",
        "grant select on segments.segments to dashboard",
    )
    place.publish(4)
    keys = (
        "select conname, contype from pg_constraint where conrelid = 'segments.segments'::regclass"
    )
    assert ("segments_pkey", "p") in run(keys)
    assert run("select obj_description('segments.segments'::regclass)") == [
        ("The catalogue. One row per segment.",)
    ]
    assert run("select col_description('segments.segment_members'::regclass, 1)") == [
        ("The 'contact'.",)
    ]
    assert run("select release from segments.release") == [(2,)]
    may = "select has_table_privilege('dashboard', 'segments.{}', 'select')"
    assert [run(may.format(table)) for table in KEYS] == [[(True,)], [(False,)]]
    with place.published.database.opened() as connection:
        assert connection.execute("select share, typeof(share) from segments").fetchall() == [
            (1.5, "DOUBLE")
        ]
    run("drop owned by dashboard", "drop role dashboard")


def test_readers_see_one_release_or_the_other(place: Place) -> None:
    """In single statements as in transactions."""
    place.publish(1)
    seen: Counter[tuple[Any, ...]] = Counter()
    is_over = threading.Event()

    def read(is_transaction: bool) -> None:
        with postgres.connected(is_transaction=False) as connection:
            while not is_over.is_set():
                with connection.cursor() as cursor:
                    if is_transaction:
                        cursor.execute("begin")
                        cursor.execute("select release from segments.release")
                        ((release,),) = cursor.fetchall()
                        cursor.execute("select count(*) from segments.segment_members")
                        seen[release, *cursor.fetchall()[0]] += 1
                        cursor.execute("commit")
                    else:
                        cursor.execute(
                            "select release, (select count(*) from segments.segment_members)"
                            " from segments.release"
                        )
                        seen[cursor.fetchall()[0]] += 1

    readers = [threading.Thread(target=read, args=[kind]) for kind in (True, False)]
    for reader in readers:
        reader.start()
    for members in range(2, 6):
        place.publish(members)
    roll_back(place.published, 3)
    is_over.set()
    for reader in readers:
        reader.join()
    assert {release for release, _ in seen} >= {1, 5}
    assert all(release == members for release, members in seen)


def test_somebody_who_does_not_end_a_transaction_stops_no_build(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customer_segments.releases.schemas.PATIENCE", 0)
    place.publish(1)
    with postgres.connected() as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from segments.segment_members")
        place.publish(2, kept=1)
        assert run("select release from segments.release") == [(2,)]
    place.publish(3, kept=1)
    assert place.state()[:2] == (3, [3])


def test_a_build_that_stops_leaves_all_as_it_was(place: Place) -> None:
    place.publish(1)
    before = place.state()

    def stop() -> None:
        raise UserError("a test failed")

    with pytest.raises(UserError, match="a test failed"):
        place.publish(2, between=stop)
    assert place.state() == before
    # dbt alone, meanwhile.
    with pytest.raises(UserError, match="was changed by somebody else"):
        place.publish(2, between=lambda: run("insert into main.model_days values ('m', null)"))
    assert place.state() == before
    assert not place.store.is_of_one_build()
    place.publish(3)
    assert place.state() == (2, [2, 1], [(1,), (3,)])
    assert place.store.is_of_one_build()


def test_rolling_back_and_pruning(place: Place) -> None:
    with pytest.raises(UserError, match=r"there are no releases of .*schema segments"):
        roll_back(place.published)
    for members in (1, 2, 3):
        place.publish(members, kept=2)
    assert place.state()[:2] == (3, [3, 2])
    assert "is release 2 again" in roll_back(place.published)
    assert run("select count(*) from segments.segment_members") == [(2,)]
    assert "published" in releases_table(place.published).splitlines()[2]
    run("create view public.own as select * from segments_r3.segment_members")
    place.publish(4, kept=1)
    place.publish(5, kept=1)
    # What somebody's own view reads is not taken from it.
    assert place.state()[:2] == (5, [5, 3])
    assert run("select count(*) from public.own") == [(3,)]


def test_a_second_build_is_told_who_is_at_work(place: Place, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Place(tmp_path / "other", place.server)
    with (
        place.store.held(),
        pytest.raises(UserError, match=r"is in use by segments, process \d+ on .*, since \d{4}"),
        other.store.held(),
    ):
        pass
    with other.store.held():
        pass


@pytest.mark.parametrize("schema", ["staging", "segments"])
def test_what_is_somebody_elses_is_not_touched(place: Place, schema: str) -> None:
    run(f"create schema {schema}", f"create table {schema}.theirs as select 1 as n")
    with pytest.raises(UserError, match="give it a database of its own"):
        place.publish(1)
    assert run(f"select n from {schema}.theirs") == [(1,)]


def test_nothing_of_the_erased_stays_in_any_file(place: Place) -> None:
    place.publish(99)
    place.publish(98)
    with place.store.held():
        # Deleted by dbt, it is still in the file.
        run(
            "create table main.before as select * from main.past",
            "analyze main.before",
            "delete from main.before",
            "create schema staging",
            f"create table staging.texts as select '{PERSON}' as line_text",
            "analyze staging.texts",
        )
        assert files_with(place.server, PERSON)
        removed = erase_from(postgres_database.warehouse(), [PERSON])
        assert removed == {"past": 2}
        for known in place.published.kept():
            with place.published.rewritten(known) as database:
                assert erase_from(database, [PERSON]) == {"segment_members": 1}
    counts = [known.row_counts["segment_members"] for known in place.published.kept()]
    assert counts == [97, 98]
    assert files_with(place.server, PERSON) == []
    assert not place.store.is_of_one_build()


def files_with(server: Path, text: str) -> list[str]:
    """The files of the database that have a text in them, but the log of changes."""
    run("checkpoint")
    ((oid,),) = run("select oid from pg_database where datname = current_database()")
    folder = server / "data" / "base" / str(oid)
    named = {
        str(number): name
        for number, name in run(
            "select pg_relation_filenode(oid), oid::regclass::text from pg_class"
        )
    }
    found = [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]
    return [named.get(name, name) for name in found]


def test_what_dbt_compiled_is_run_by_the_server(place: Place) -> None:
    """So that a failing test's rows can be shown."""
    place.publish(1)
    warehouse = place.store.warehouse
    with warehouse.opened() as connection:
        rows = warehouse.rows("select 'it''s odd'::text as problem, 'K-1'::varchar as contact_id")
        assert connection.execute(f"from {rows} as rows").fetchall() == [("it's odd", "K-1")]


def test_without_the_extension_it_is_one_sentence(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.publish(1)
    monkeypatch.setattr(database, "find_spec", lambda _name: None)
    with pytest.raises(UserError, match=r"not installed; run make \.venv/postgres$") as problem:
        place.published.database.opened().__enter__()
    assert "\n" not in str(problem.value)


def test_without_the_driver_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg2", None)
    with pytest.raises(UserError, match=r"not installed; run make \.venv/postgres$"):
        postgres.connect()


def test_another_database_is_one_sentence(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_DATABASE", "nowhere")
    with pytest.raises(UserError, match='database "nowhere" does not exist') as problem:
        postgres.connect()
    assert "\n" not in str(problem.value)
