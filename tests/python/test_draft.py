"""A build works on a copy of the warehouse: what it starts from, and when it takes its place."""

import os
import stat
from pathlib import Path

import duckdb
import pytest
from test_releases import holder

from customer_segments.errors import UserError
from customer_segments.files import log_of
from customer_segments.releases.draft import Draft, bring_in_log

OPENED = "import duckdb, sys\nopened = duckdb.connect(sys.argv[1], read_only={})"
# Of a log with the comment on the checked column, DuckDB can't open the file.
LOG = """
import duckdb, sys
c = duckdb.connect(sys.argv[1]); c.execute("insert into days values (2)")
c.execute("create table checked (a varchar check (length(a) > 0))")
c.execute("comment on column checked.a is 'not empty'")
c.execute("begin"); c.execute("insert into days values (3)")"""


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create table days as select 1 as day; create view seen as from days")
    return Draft(tmp_path / "warehouse.duckdb")


def days(file: Path) -> list[int]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return [day for (day,) in connection.execute("from seen order by day").fetchall()]


def see_day(file: Path, day: int) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("insert into days values (?)", [day])


def test_a_draft_is_apart_until_it_takes_the_warehouses_place(draft: Draft) -> None:
    before = draft.warehouse.read_bytes()
    for _ in range(2):  # the first of them is killed
        draft.begin()
        see_day(draft.file, 2)
        assert days(draft.file) == [1, 2]
        assert draft.warehouse.read_bytes() == before
    assert stat.S_IMODE(draft.file.parent.stat().st_mode) == 0o700
    with duckdb.connect(str(draft.warehouse), read_only=True) as reader:
        draft.put_in_place()
        assert reader.execute("from seen").fetchall() == [(1,)]
    assert days(draft.warehouse) == [1, 2]
    assert stat.S_IMODE(draft.warehouse.stat().st_mode) == 0o600
    assert [path.name for path in draft.warehouse.parent.iterdir()] == ["warehouse.duckdb"]


def test_what_stands_in_the_drafts_log_alone_is_not_lost(draft: Draft) -> None:
    draft.begin()
    killed = holder(LOG, draft.file)
    killed.kill()
    killed.wait()
    assert log_of(draft.file).exists()
    draft.put_in_place()
    assert days(draft.warehouse) == [1, 2]


def test_the_first_draft_is_empty(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "warehouse.duckdb")
    draft.begin()
    assert not draft.file.exists()
    with duckdb.connect(str(draft.file)) as connection:
        connection.execute("create table days as select 1 as day; create view seen as from days")
    draft.put_in_place()
    assert days(draft.warehouse) == [1]


@pytest.mark.parametrize("how", ["changed", "log", "new"])
def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(draft: Draft, how: str) -> None:
    if how == "new":
        content = draft.warehouse.read_bytes()
        draft.warehouse.unlink()
        draft = Draft(draft.warehouse)
        draft.begin()
        draft.file.write_bytes(content)
        draft.warehouse.write_bytes(content)
    else:
        draft.begin()
        see_day(draft.warehouse, 7)
    if how == "log":
        draft.begin()
        killed = holder(LOG, draft.warehouse)
        killed.kill()
        killed.wait()
    before = draft.warehouse.read_bytes()
    with pytest.raises(UserError, match=r"changed by somebody else while .* build again"):
        draft.put_in_place()
    assert draft.warehouse.read_bytes() == before


def test_who_writes_in_the_warehouse_is_named_and_readers_are_no_matter(draft: Draft) -> None:
    draft.begin()
    writer = holder(OPENED.format(False), draft.warehouse)
    try:
        for refused in (draft.put_in_place, draft.begin):
            with pytest.raises(UserError, match=rf"is open in .*PID {writer.pid}.*; close it"):
                refused()
    finally:
        writer.kill()
        writer.wait()
    reader = holder(OPENED.format(True), draft.warehouse)
    try:
        draft.begin()
        see_day(draft.file, 2)
        draft.put_in_place()
    finally:
        reader.kill()
        reader.wait()
    assert days(draft.warehouse) == [1, 2]


@pytest.mark.parametrize("damage", [b"no database", None])
def test_a_damaged_warehouse_says_so(draft: Draft, damage: bytes | None) -> None:
    content = draft.warehouse.read_bytes()
    draft.warehouse.write_bytes(content[:5000] if damage is None else damage)
    with pytest.raises(UserError, match="damaged; put a copy"):
        draft.begin()


def test_a_disk_without_room_for_the_copy_is_named(small_disk: Path) -> None:
    draft = Draft(small_disk / "warehouse.duckdb")
    with duckdb.connect(str(draft.warehouse)) as connection:
        connection.execute("create table days as select range as day from range(600_000)")
    before = draft.warehouse.read_bytes()
    filler = small_disk / "filler"
    filler.write_bytes(bytes(os.statvfs(small_disk).f_bavail * 4096 - len(before) // 2))
    with pytest.raises(UserError, match=r"No space left on device.*check the free space"):
        draft.begin()
    assert {path.name for path in small_disk.iterdir()} == {"warehouse.duckdb", "filler"}
    assert draft.warehouse.read_bytes() == before


def test_a_killed_process_leaves_a_log_that_the_next_one_reads(draft: Draft) -> None:
    process = holder(LOG, draft.warehouse)
    process.kill()
    process.wait()
    assert log_of(draft.warehouse).exists()
    spilled = draft.warehouse.with_name("warehouse.duckdb.tmp")
    spilled.mkdir()
    bring_in_log(draft.warehouse)
    assert days(draft.warehouse) == [1, 2]
    assert not log_of(draft.warehouse).exists()
    assert not spilled.exists()
