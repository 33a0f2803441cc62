"""What is published in a DuckLake, kept, rolled back; who reads meanwhile, and who is erased."""

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
import test_releases
from test_releases import KEYS

from customer_segments.database import in_memory
from customer_segments.dbt import manifest
from customer_segments.engines import postgres
from customer_segments.engines.ducklake import SCHEMA, Lake
from customer_segments.errors import UserError
from customer_segments.people.database import erase_from
from customer_segments.places import Places
from customer_segments.releases.draft import Draft
from customer_segments.releases.file_store import FileStore
from customer_segments.releases.lake_store import LakeStore
from customer_segments.releases.publish import publish
from customer_segments.releases.rollback import releases_table, roll_back
from customer_segments.report.report import write_report
from tests.python.people import GOOD
from tests.python.report_data import PUBLISHED
from tests.python.report_figures import figures
from tests.python.shared import PROJECT

pytest.importorskip("psycopg2", reason="the driver for PostgreSQL is not installed")
pytest.importorskip("duckdb_extension_ducklake", reason="DuckDB can't write a DuckLake")


class Place(test_releases.Place):
    """A warehouse file, and a lake whose catalog is in a database of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.store = LakeStore(Places(None, self.warehouse, self.published, "ducklake"))
        self.lake = self.published.with_suffix(".lake")

    def publish(self, members: int, kept: int = 5) -> None:
        self.make(members)
        with self.store.held():
            self.store.clear()
            draft = self.store.draft
            draft.begin()
            publish(draft.database, self.store.published, KEYS, kept, {}, draft.put_in_place)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.published.database.opened() as connection:
            return connection.execute(sql).fetchall()

    def members(self) -> int:
        ((count,),) = self.rows("select count(*) from segment_members")
        assert self.rows("select member_count from segments") == [(count,)]
        return int(count)

    def numbers(self) -> list[int]:
        return [known.release for known in self.store.published.kept()]

    def current(self) -> int | None:
        current = self.store.published.current()
        return current.release if current else None


@pytest.fixture
def place(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    with postgres.connected(is_transaction=False) as connection, connection.cursor() as cursor:
        cursor.execute("drop database if exists tried with (force)")
        cursor.execute("create database tried template template0")
    monkeypatch.setenv("POSTGRES_DATABASE", "tried")
    return Place(tmp_path)


def test_its_report_is_that_of_the_file(place: Place, tmp_path: Path) -> None:
    """But for the release, which has its own time."""
    keys = place.make_demo()
    with place.store.held():
        place.store.clear()
        draft = place.store.draft
        draft.begin()
        publish(draft.database, place.store.published, keys, 5, {}, draft.put_in_place)
    found = []
    for published in (PUBLISHED, place.store.published.database):
        write_report(published, tmp_path / "report.html")
        page = figures((tmp_path / "report.html").read_text(encoding="utf-8"))
        found.append([figure for figure in page.found if figure[0] != "release - age"])
    assert found[0] == found[1] and len(found[0]) > 3000


def test_tables_are_published_with_comments_and_without_null(place: Place) -> None:
    place.publish(3)
    place.publish(4)
    assert (place.members(), place.current(), place.numbers()) == (4, 2, [2, 1])
    assert place.rows("select release, as_of::varchar from release") == [(2, "2026-06-30")]
    assert place.rows(
        "select comment from duckdb_tables() where table_name = 'segments'"
        " union all select comment from duckdb_columns() where column_name = 'contact_id'"
    ) == [("The catalogue. One row per segment.",), ("The contact.",)]
    with in_memory() as connection:
        Lake(place.lake).attach_to_write(connection, "lake")
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            connection.execute(
                "insert into lake.release select * replace (null as as_of) from lake.release"
            )
    assert "published" in releases_table(place.store.published).splitlines()[1]
    assert place.store.is_of_one_build()
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute("create table another as select 1 as n")
    assert not place.store.is_of_one_build()


def test_readers_see_one_release_or_the_other(place: Place) -> None:
    place.publish(1)
    seen: Counter[tuple[Any, ...]] = Counter()
    is_over = threading.Event()

    def read() -> None:
        with place.store.published.database.opened() as connection:
            while not is_over.is_set():
                connection.execute("begin")
                ((release,),) = connection.execute("select release from release").fetchall()
                (count,) = connection.execute("select count(*) from segment_members").fetchall()
                connection.execute("commit")
                seen[release, *count] += 1

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for members in (2, 3):
        place.publish(members)
    is_over.set()
    for reader in readers:
        reader.join()
    assert set(seen) <= {(1, 1), (2, 2), (3, 3)}
    assert len(seen) > 1


def test_an_earlier_release_is_published_again_while_it_is_kept(place: Place) -> None:
    for members in (1, 2, 3):
        place.publish(members)
    assert "is release 2 again" in roll_back(place.store.published)
    assert (place.members(), place.current(), place.numbers()) == (2, 2, [3, 2, 1])
    assert not place.store.is_of_one_build()
    roll_back(place.store.published, 1)
    assert (place.members(), place.current()) == (1, 1)
    place.publish(5, kept=2)
    assert (place.members(), place.current(), place.numbers()) == (5, 4, [4, 3])
    with pytest.raises(UserError, match="there is no release 1"):
        roll_back(place.store.published, 1)


def test_a_build_that_can_not_take_the_warehouses_place_publishes_nothing(place: Place) -> None:
    place.publish(1)
    draft = Draft(place.warehouse)
    draft.begin()
    with duckdb.connect(str(place.warehouse)) as stranger:
        stranger.execute("create table note as select 1 as n")
    with pytest.raises(UserError, match="was changed by somebody else"):
        publish(draft.database, place.store.published, KEYS, 5, {}, draft.put_in_place)
    assert (place.members(), place.current(), place.numbers()) == (1, 1, [1])


def test_what_somebody_else_wrote_is_no_release_and_the_next_build_replaces_it(
    place: Place,
) -> None:
    place.publish(1)
    with in_memory() as connection:
        Lake(place.lake).attach_to_write(connection, "lake")
        connection.execute("update lake.segments set member_count = 9")
    assert place.current() is None
    # Who is erased leaves it as well, and every file.
    published = place.store.published
    assert "is none of these" in releases_table(published)
    with published.changing():
        with published.rewritten(published.kept()[0]) as database:
            assert erase_from(database, ["C0"]) == {"segment_members": 1}
        assert erase_from(published.database, ["C0"]) == {"segment_members": 1}
    assert (place.current(), published.kept()) == (None, [])
    assert place.rows("select member_count from segments") == [(9,)]
    with duckdb.connect() as connection:
        for file in place.lake.rglob("segment_members/*.parquet"):
            assert connection.execute(f"from '{file}'").fetchall() == []
    place.publish(2)
    assert (place.members(), place.current()) == (2, 1)


def test_erased_people_are_in_no_release_no_file_and_not_in_the_catalog(place: Place) -> None:
    place.publish(3)  # contacts C0, C1, C2
    place.publish(2)
    place.publish(4)
    releases = place.store.published
    removed = {}
    with releases.changing():
        for known in releases.kept():
            if known.release != 2:  # in which C2 is not
                with releases.rewritten(known) as database:
                    removed[known.release] = erase_from(database, ["C2"])
    assert removed == {3: {"segment_members": 1}, 1: {"segment_members": 1}}
    assert (place.current(), place.numbers()) == (3, [3, 2])
    assert place.rows("select contact_id from segment_members order by 1") == [
        ("C0",),
        ("C1",),
        ("C3",),
    ]
    current = releases.current()
    assert current is not None
    assert current.row_counts["segment_members"] == 3
    assert place.rows("select comment from duckdb_columns() where column_name = 'contact_id'") == [
        ("The contact.",)
    ]
    with duckdb.connect() as connection:
        files = connection.execute(
            f"select distinct contact_id from '{place.lake}/main/segment_members/*.parquet'"
        ).fetchall()
    assert sorted(files) == [("C0",), ("C1",), ("C3",)]
    with postgres.connected() as session, session.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = %s", (SCHEMA,))
        for (table,) in cursor.fetchall():
            cursor.execute(f"select * from {SCHEMA}.{table}")
            assert "C2" not in str(cursor.fetchall()), table


def test_the_demo_is_published_as_in_a_file(place: Place) -> None:
    (place.warehouse).write_bytes((GOOD / "warehouse.duckdb").read_bytes())
    file = FileStore(Places(None, GOOD / "warehouse.duckdb", GOOD / "segments.duckdb"))
    current = file.published.current()
    assert current is not None
    draft = place.store.draft
    draft.begin()
    conditions = {
        node["name"]: node["config"]["meta"]["published_where"]
        for node in manifest(PROJECT / "target")["nodes"].values()
        if "published_where" in node["config"].get("meta", {})
    }
    publish(draft.database, place.store.published, current.keys, 5, conditions, draft.put_in_place)
    with place.store.published.database.opened() as connection:
        file.published.database.attach(connection, "file")
        for table in current.keys:
            (differences,) = connection.execute(
                f"select count(*) from ((from opened.{table} except all from file.{table})"
                f" union all (from file.{table} except all from opened.{table}))"
            ).fetchall()
            assert differences == (0,), table


def test_a_catalog_that_is_down_stops_before_anything_is_built(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_PORT", "1")
    with pytest.raises(UserError, match=r"PostgreSQL on 127\.0\.0\.1, port 1, did not let"):
        place.store.clear()
