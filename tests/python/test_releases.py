"""What is published, kept, rolled back, and what a failure or a kill leaves."""

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from customer_segments.cli import main
from customer_segments.errors import UserError
from customer_segments.files import checksum
from customer_segments.locks import held
from customer_segments.pipeline import build
from customer_segments.places import Places
from customer_segments.releases.draft import Draft
from customer_segments.releases.publish import publish
from customer_segments.releases.releases import Releases
from customer_segments.releases.rollback import releases_table, roll_back
from customer_segments.releases.store import Release
from tests.python.report_data import PUBLISHED
from tests.python.shared import PROJECT

KEYS = {"segments": ["segment"], "segment_members": ["contact_id", "segment"]}


class Place:
    """A warehouse with a public table and a public view, and the file they are published to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.published = folder / "published" / "segments.duckdb"
        self.releases = Releases(self.published)

    def make(self, members: int) -> None:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(f"""
                create or replace table segments as
                    select 'vip' as segment, {members} as member_count, date '2026-06-30' as as_of;
                create or replace table stays as
                    select 'C' || i as contact_id, 'vip' as segment from range({members}) as t(i);
                create or replace view segment_members as from stays;
                comment on table segments is 'The catalogue. One row per segment.';
                comment on view segment_members is 'The members. One row per contact and segment.';
                comment on column segment_members.contact_id is 'The contact.'
            """)

    def make_demo(self) -> dict[str, list[str]]:
        """What the demo publishes; return its tables, without their keys."""
        shutil.copy(PUBLISHED, self.warehouse)
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("drop table release")
            tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        return {table: [] for (table,) in tables}

    def publish(self, members: int, kept: int = 5) -> None:
        self.make(members)
        self.publish_again(kept)

    def publish_again(self, kept: int = 5, **rows: str) -> Release:
        """Publish the warehouse as it is; of a table in `rows`, those rows alone."""
        draft = Draft(self.warehouse)
        draft.begin()
        return publish(draft.database, self.releases, KEYS, kept, rows, draft.put_in_place)

    def members(self) -> int:
        """The number of members, after a check that the file is of one build."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return members_of(connection)

    def numbers(self) -> list[int]:
        return [known.release for known in self.releases.kept()]

    def current(self) -> int | None:
        current = self.releases.current()
        return current.release if current else None

    def fingerprint(self) -> str:
        return hashlib.sha256(self.published.read_bytes()).hexdigest()

    def leftovers(self) -> list[Path]:
        return [path for path in self.published.parent.rglob(".*") if path.name != ".lock"]


def members_of(connection: duckdb.DuckDBPyConnection) -> int:
    rows = connection.execute("select count(*) from segment_members").fetchall()
    assert rows == connection.execute("select sum(member_count) from segments").fetchall()
    return int(rows[0][0])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_reader_goes_on_with_the_file_it_opened(place: Place) -> None:
    place.publish(3)
    with duckdb.connect(str(place.published), read_only=True) as reader:
        place.publish(4)
        assert members_of(reader) == 3
    assert place.members() == 4


def test_each_publication_is_kept_with_what_it_is(place: Place) -> None:
    place.publish(3)
    place.publish(4)
    latest, first = place.releases.kept()
    assert (latest.release, latest.previous, first.previous) == (2, 1, None)
    assert latest.row_counts == {"segments": 1, "segment_members": 4}
    assert latest.keys == KEYS
    assert latest.as_of == "2026-06-30"
    assert latest.sha256 == place.fingerprint() != first.sha256
    with duckdb.connect(str(place.published), read_only=True) as connection:
        assert connection.execute("select release from release").fetchall() == [(2,)]
        comments = """
            select comment from duckdb_tables() where table_name <> 'release'
            union all select comment from duckdb_columns() where column_name = 'contact_id'
            order by comment"""
        assert connection.execute(comments).fetchall() == [
            ("The catalogue. One row per segment.",),
            ("The contact.",),
            ("The members. One row per contact and segment.",),
        ]
    assert [line.split()[0] for line in releases_table(place.releases).splitlines()[1:]] == [
        "2",
        "1",
    ]


def test_only_the_last_ones_are_kept_and_the_one_published(place: Place) -> None:
    for members in (1, 2, 3):
        place.publish(members, kept=2)
    assert place.numbers() == [3, 2]
    roll_back(place.releases)
    place.releases.prune(1)
    assert place.numbers() == [3, 2]
    place.publish(4, kept=1)
    assert place.numbers() == [4]


def test_a_rollback_writes_the_report_of_what_is_published_again(place: Place) -> None:
    keys = place.make_demo()
    for _ in range(2):
        draft = Draft(place.warehouse)
        draft.begin()
        publish(draft.database, place.releases, keys, 5, {}, draft.put_in_place)
    places = ["--warehouse", str(place.warehouse), "--published", str(place.published)]
    assert CliRunner().invoke(main, ["rollback", *places]).exit_code == 0
    page = place.published.with_name("report.html")
    assert "Release 1 of version" in page.read_text(encoding="utf-8")


def test_tables_without_a_report_are_published_again_all_the_same(place: Place) -> None:
    place.publish(1)
    place.publish(2)
    places = ["--warehouse", str(place.warehouse), "--published", str(place.published)]
    result = CliRunner().invoke(main, ["rollback", *places])
    assert result.exit_code == 0
    assert "is release 1 again" in result.output and "Its report is not there" in result.output
    assert place.members() == 1


def test_rolling_back_goes_to_what_was_published_before(place: Place) -> None:
    for members in (1, 2, 3):
        place.publish(members)
    assert "is release 2 again" in roll_back(place.releases)
    assert (place.members(), place.current()) == (2, 2)
    # Not to 3, which was taken back.
    place.publish(4)
    roll_back(place.releases)
    assert (place.members(), place.current()) == (2, 2)
    roll_back(place.releases, 3)
    assert place.members() == 3
    roll_back(place.releases, 1)
    for number, words in ((None, "the first"), (9, "there are: 1, 2, 3, 4"), (1, "is the one pub")):
        with pytest.raises(UserError, match=re.escape(words)):
            roll_back(place.releases, number)
    assert place.members() == 1


def test_a_damaged_release_is_not_published(place: Place) -> None:
    place.publish(1)
    place.publish(2)
    file = place.releases.file(1)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    before = place.fingerprint()
    with pytest.raises(UserError, match="release 1 is damaged"):
        roll_back(place.releases)
    assert place.fingerprint() == before
    (place.releases.file(1).with_name("manifest.json")).write_text("{")
    with pytest.raises(UserError, match="there is no release 1"):
        roll_back(place.releases, 1)


def test_a_damaged_published_file_is_mended_by_a_roll_back_or_a_build(place: Place) -> None:
    place.publish(1)
    place.publish(2)
    place.published.write_bytes(b"no database")
    assert "is none of these" in releases_table(place.releases)
    with pytest.raises(UserError, match="TO="):
        roll_back(place.releases)
    roll_back(place.releases, 2)
    assert place.members() == 2
    place.published.write_bytes(b"no database")
    place.publish(3)
    assert (place.members(), place.current()) == (3, 3)


def test_a_log_that_somebody_left_beside_the_published_file_does_no_harm(place: Place) -> None:
    place.publish(1)
    with duckdb.connect(str(place.published)) as stranger:
        stranger.execute("set checkpoint_threshold = '1 GB'; pragma disable_checkpoint_on_shutdown")
        stranger.execute("create table note as select 1 as n")
    assert place.published.with_name("segments.duckdb.wal").exists()
    place.publish(2)
    assert place.members() == 2


def test_a_clock_that_jumped_back_does_not_change_the_order(place: Place) -> None:
    place.publish(1)
    manifest = place.releases.file(1).with_name("manifest.json")
    known = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**known, "built_at": "2099-01-01T00:00:00Z"}))
    place.publish(2)
    assert place.numbers() == [2, 1]
    assert (place.current(), place.releases.kept()[0].previous) == (2, 1)


# Runs publish or roll_back in child processes; the n-th is killed before its n-th change of a file.
KILLER = """
import os, shutil, signal, sys
import duckdb
from pathlib import Path
from customer_segments.releases.draft import Draft
from customer_segments.releases.publish import publish
from customer_segments.releases.releases import Releases
from customer_segments.releases.rollback import roll_back

CHANGING = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
source, keys, what = Path(sys.argv[1]), eval(sys.argv[2]), sys.argv[3]
number, status = 0, 1
while status:
    number += 1
    folder = source.with_name(f"{what}{number}")
    shutil.copytree(source, folder)
    published, draft = folder / "published" / "segments.duckdb", Draft(folder / "warehouse.duckdb")
    child = os.fork()
    if not child:
        steps = 0
        def step(event, arguments):
            global steps
            writes = event == "open" and arguments[2] & WRITING
            if writes and str(arguments[0]) in (str(published), str(draft.warehouse)):
                os._exit(3)  # a kill in the middle would leave half a file there
            changes = writes or event in CHANGING
            if changes and any(str(folder) in str(word) for word in arguments):
                steps += 1
                if steps == number:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(step)
        if what == "publish":
            draft.begin()
            with duckdb.connect(str(draft.file)) as connection:
                connection.execute("insert into stays values ('C3', 'vip')")
                connection.execute("update segments set member_count = 3")
            publish(draft.database, Releases(published), keys, 1, {}, draft.put_in_place)
        else:
            roll_back(Releases(published))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), status
print(number)
"""


@pytest.mark.parametrize("what", ["publish", "roll_back"])
def test_a_kill_between_any_two_steps_leaves_two_whole_files(place: Place, what: str) -> None:
    """The warehouse may be ahead of what is published, never behind, and export sees whether."""
    source = place.folder / "source"
    source.mkdir()
    before = Place(source)
    before.publish(1)
    before.publish(2)
    result = subprocess.run(
        [sys.executable, "-c", KILLER, str(source), repr(KEYS), what],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    steps = int(result.stdout)
    assert steps > 5
    seen = set()
    for number in range(1, steps + 1):
        after = Place(place.folder / f"{what}{number}")
        with duckdb.connect(str(after.warehouse), read_only=True) as connection:
            built, published = members_of(connection), after.members()
        seen.add((built, published))
        current = after.releases.current()
        assert current is not None
        assert current.row_counts["segment_members"] == published
        is_of_the_warehouse = current.warehouse_sha256 == checksum(after.warehouse)
        assert is_of_the_warehouse == (built == published)
        after.publish(9)
        assert (after.members(), after.leftovers()) == (9, [])
        assert not Draft(after.warehouse).file.parent.exists()
        assert after.current() == max(after.numbers()) >= 3
    # All outcomes came up, so the moments lay before, between and after the two replacements.
    assert seen == ({(2, 2), (3, 2), (3, 3)} if what == "publish" else {(2, 2), (2, 1)})


def test_a_full_disk_leaves_the_published_file(place: Place, small_disk: Path) -> None:
    place.published = small_disk / "segments.duckdb"
    place.releases = Releases(place.published)
    place.publish(1)
    before = place.fingerprint()
    place.make(1_000_000)
    with pytest.raises(UserError, match=r"cannot be replaced \(.*free space"):
        place.publish_again()
    assert (place.fingerprint(), place.leftovers(), place.numbers()) == (before, [], [1])
    place.publish(2)
    assert place.members() == 2


def test_a_read_only_disk_is_named(place: Place, small_disk: Path) -> None:
    place.published = small_disk / "segments.duckdb"
    place.releases = Releases(place.published)
    place.publish(1)
    before = place.fingerprint()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UserError, match=r"cannot be written \(Read-only file system\)"):
        place.publish_again()
    assert place.fingerprint() == before


def test_a_file_that_may_not_grow_leaves_the_published_file(place: Place) -> None:
    place.publish(1)
    before = place.fingerprint()
    place.make(400_000)
    draft = Draft(place.warehouse)
    draft.begin()
    earlier = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, earlier[1]))
    try:
        with pytest.raises(UserError, match="cannot be replaced"):
            publish(draft.database, place.releases, KEYS, 5, {}, draft.put_in_place)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
    assert (place.fingerprint(), place.leftovers(), place.numbers()) == (before, [], [1])


@pytest.mark.parametrize("table", ["segment_members", "segments"])
def test_of_a_table_or_a_view_only_the_rows_that_may_be_shown_are_published(
    place: Place, table: str
) -> None:
    place.make(4)
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute("insert into segments values ('withheld', 1, date '2026-06-30')")
        connection.execute("insert into stays values ('C0', 'withheld')")
    shown = {table: "segment in (select segment from main.segments where segment <> 'withheld')"}
    counts = place.publish_again(**shown).row_counts
    expected = {"segments": 2, "segment_members": 5}
    assert counts == {**expected, table: expected[table] - 1}
    with duckdb.connect(str(place.published), read_only=True) as connection:
        found = connection.execute(f"select distinct segment from {table}").fetchall()
    assert found == [("vip",)]


PUBLISH_AS_NOBODY = f"""
import os, sys
from pathlib import Path
from customer_segments.errors import UserError
from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.releases.publish import publish
from customer_segments.releases.releases import Releases
try:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    warehouse, published = DuckDBFile(Path(sys.argv[1])), Releases(Path(sys.argv[2]))
    publish(warehouse, published, {KEYS!r}, 5, {{}}, print)
except UserError as error:
    sys.exit(str(error))
"""


def test_without_permission_nothing_changes(place: Place) -> None:
    if os.getuid():
        pytest.skip("only root may become another user")
    place.publish(1)
    before = place.fingerprint()
    for folder in (place.folder, *place.folder.parents[:2]):
        folder.chmod(0o755)
    place.warehouse.chmod(0o666)

    result = subprocess.run(
        [sys.executable, "-c", PUBLISH_AS_NOBODY, str(place.warehouse), str(place.published)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in result.stderr
    assert re.search("Permission denied.*check the", result.stderr), result.stderr
    assert place.fingerprint() == before


def test_a_second_one_is_told_who_holds_the_files(tmp_path: Path) -> None:
    lock = tmp_path / "warehouse.lock"
    with (
        held(lock, "the warehouse"),
        pytest.raises(UserError, match=rf"in use by process {os.getpid()}, since \d{{4}}"),
        held(lock, "the warehouse"),
    ):
        pass
    with held(lock, "the warehouse"):
        pass


WAIT = "print('held', flush=True); import time; time.sleep(60)"


def holder(script: str, path: Path) -> subprocess.Popen[str]:
    """Start a process that holds something and says so."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"{script}\n{WAIT}", str(path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_build_removes_what_a_killed_one_was_at_work_on(tmp_path: Path) -> None:
    places = Places(tmp_path / "none", tmp_path / "warehouse.duckdb", tmp_path / "segments.duckdb")
    script = """
import sys; from pathlib import Path
from customer_segments.files import work_folder
work = work_folder(Path(sys.argv[1])); (work.__enter__() / "people").touch()"""
    for target in (places.loaded, places.warehouse):
        process = holder(script, target)
        process.kill()
        process.wait()
    assert len([*tmp_path.glob(".*/people")]) == 2
    with pytest.raises(UserError, match="there is no folder"):
        build(places, None, {})
    assert not [*tmp_path.glob(".*")]


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "warehouse.lock"
    script = """
import sys; from pathlib import Path
from customer_segments.locks import held
lock = held(Path(sys.argv[1]), "x"); lock.__enter__()"""
    process = holder(script, lock)
    with pytest.raises(UserError, match=f"process {process.pid}"), held(lock, "the warehouse"):
        pass
    process.kill()
    process.wait()
    with held(lock, "the warehouse"):
        pass
