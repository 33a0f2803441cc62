"""Do readers ever see a half-published file, and does the next build always succeed?

python -m benchmarks.kill_builds [--kills 100]

Builds two small shops side by side for two days. Then four readers open the published files again
and again and check that the tables of a file are of one build. Beside them a build of a third day
is timed, on a copy, and builds of that day are started and killed with SIGKILL, each at a moment of
its own, the moments spread evenly over that time. After each kill a complete build of one of the
two days follows. After it the history must be as if the killed ones had never been started, or,
once one came through, as if it had been built undisturbed. Exits with 1 when anything was wrong.
"""

import argparse
import csv
import hashlib
import itertools
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from customer_segments.files import checksum
from customer_segments.releases.releases import Releases

PROJECT = Path(__file__).resolve().parent.parent
DAYS = ("2026-03-31", "2026-04-30")
KILLED_DAY = "2026-04-15"
READERS, SHOPS = 4, 2
# What must agree in a file of one build; each row: name, SQL of one side, SQL of the other.
IDENTITIES = {
    "members": (
        "select cast(sum(member_count) as bigint) from segments",
        "select count(*) from segment_members",
    ),
    "day": (
        "select min(as_of) from (select as_of from segments union all"
        " select as_of from segment_members union all select as_of from lifecycle_segments)",
        "select as_of from release",
    ),
    "stages": (
        "select count(*) from lifecycle_segments",
        "select cast(sum(member_count) as bigint) from segments where family = 'lifecycle'",
    ),
    "stays": (
        "select count(*) from segment_members",
        "select count(*) from segment_history, release"
        " where entered_at <= as_of and (left_at > as_of or left_at is null)",
    ),
}
HISTORY = {
    "segment_history": "contact_id, segment, entered_at, left_at",
    "segment_days": "segment, day, definition_version",
    "split_segment_days": "segment, family, written_as, day",
}


@dataclass
class Outcome:
    """What happened to one shop."""

    seconds: float = 0
    kills: int = 0
    finished_before: int = 0
    failed_builds: list[str] = field(default_factory=list)
    wrong_files: list[str] = field(default_factory=list)
    wrong_histories: int = 0
    releases: set[int] = field(default_factory=set)


def raw_files(folder: Path) -> None:
    """Write contacts, orders and email events of a small shop, the same every time."""
    folder.mkdir()
    tables: dict[str, list[list[str]]] = {
        "contacts": [["contact_id", "email", "created_at", "city", "email_consent"]],
        "orders": [["order_id", "contact_id", "ordered_at", "total_amount"]],
        "email_events": [["event_id", "contact_id", "event_type", "occurred_at", "campaign_id"]],
    }
    for number in range(300):
        contact = f"C{number}"
        city = ("Bern", "Lyon", "Genève")[number % 3]
        tables["contacts"].append(
            [contact, f"c{number}@example.com", f"2026-0{1 + number % 4}-05", city, "true"]
        )
        for order in range(number % 6):
            day = f"2026-0{1 + (number + order) % 4}-{1 + number % 28:02}"
            tables["orders"].append([f"O{number}_{order}", contact, day, str(20 + 7 * order)])
        for event in ("sent", "opened", "clicked")[: 1 + number % 3]:
            moment = f"2026-0{1 + number % 4}-10T08:00:00Z"
            tables["email_events"].append([f"E{number}_{event}", contact, event, moment, "NL1"])
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)


class Shop:
    """The files of the shop, and builds of it."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.project = project
        self.raw = folder / "raw"
        self.warehouse = folder / "warehouse.duckdb"
        self.published = folder / "published" / "segments.duckdb"
        self.log = folder / "build.log"

    def start(self, day: str) -> subprocess.Popen[bytes]:
        """Start a build of a day in a process group of its own."""
        environment = {
            **os.environ,
            "RAW": str(self.raw),
            "AS_OF": day,
            "WAREHOUSE": str(self.warehouse),
            "PUBLISHED": str(self.published),
        }
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "customer_segments", "build"],
                cwd=self.project,
                env=environment,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def build(self, day: str) -> str:
        """Build to the end; return what it said when it failed, else nothing."""
        code = self.start(day).wait()
        return self.log.read_text(errors="replace") if code else ""

    def killed(self, day: str, after: float) -> bool:
        """Start a build and kill it so many seconds later; say whether it was still running."""
        process = self.start(day)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        return False

    def history(self) -> str:
        """Return a checksum of the history in the warehouse."""
        digest = hashlib.sha256()
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            for table, columns in HISTORY.items():
                rows = connection.execute(f"select {columns} from main.{table} order by all")
                digest.update(repr(rows.fetchall()).encode())
        return digest.hexdigest()

    def file_problem(self) -> str:
        """Return what is wrong with the published file and the releases, else nothing."""
        releases = Releases(self.published)
        current = releases.current()
        if current is None:
            return "the published file has no manifest"
        for kept in releases.kept():
            if checksum(releases.file(kept.release)) != kept.sha256:
                return f"release {kept.release} is not what its manifest says"
        with duckdb.connect(str(self.published), read_only=True) as connection:
            row = connection.execute("select release from release").fetchall()[0]
        return "" if row[0] == current.release else "the manifest is another release's"


def read(
    files: Sequence[Path], stop: Event, answers: "multiprocessing.Queue[Counter[str]]"
) -> None:
    """Read the published files in turn until told to stop; hand over how often what happened."""
    os.nice(10)  # the builds come first, which Linux grants within a session only
    counts: Counter[str] = Counter()
    parent = os.getppid()
    turns = itertools.cycle(files)
    # A reader left over by a killed run would go on for ever.
    while not stop.is_set() and os.getppid() == parent:
        try:
            with duckdb.connect(str(next(turns)), read_only=True) as connection:
                for name, sides in IDENTITIES.items():
                    one, other = (connection.execute(sql).fetchall() for sql in sides)
                    counts[f"mixed: {name}"] += one != other
                    time.sleep(0.002)  # so that a read spans several steps of a publication
        except duckdb.Error as error:
            counts[f"failed: {str(error).splitlines()[0]}"] += 1
        counts["reads"] += 1
    answers.put(+counts)


def undisturbed(shop: Shop) -> tuple[str, float]:
    """Build the third day on a copy; return the checksum of its history, and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        other = Shop(Path(folder), shop.project)
        shutil.copytree(shop.raw, other.raw)
        shutil.copy(shop.warehouse, other.warehouse)
        start = time.monotonic()
        if problem := other.build(KILLED_DAY):
            raise SystemExit(problem)
        return other.history(), time.monotonic() - start


def prepared(folder: Path) -> Shop:
    """Build a shop for the two days."""
    # dbt keeps what it parsed in the project, so each shop has one of its own.
    ignored = shutil.ignore_patterns(".*", "target", "published", "logs")
    shutil.copytree(PROJECT, folder / "project", ignore=ignored)
    shop = Shop(folder, folder / "project")
    raw_files(shop.raw)
    for day in DAYS:
        if problem := shop.build(day):
            raise SystemExit(problem)
    return shop


def run(shop: Shop, moments: Sequence[float]) -> Outcome:
    """Kill builds at moments of their time, from 0 to 1; return what happened."""
    outcome = Outcome()
    history, outcome.seconds = undisturbed(shop)
    expected = {shop.history(), history}
    for number, moment in enumerate(moments):
        if shop.killed(KILLED_DAY, moment * outcome.seconds):
            outcome.kills += 1
        else:
            outcome.finished_before += 1
        outcome.wrong_files += filter(None, [shop.file_problem()])
        outcome.failed_builds += filter(None, [shop.build(DAYS[number % 2])])
        outcome.wrong_files += filter(None, [shop.file_problem()])
        outcome.wrong_histories += shop.history() not in expected
        current = Releases(shop.published).current()
        outcome.releases |= {current.release} if current else set()
        # What a run that is stopped early has found.
        print(f"after {moment:.1%} of {outcome}", file=sys.stderr, flush=True)
    return outcome


def main() -> None:
    """Run the kills beside the readers and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    moments = [(number + 0.5) / options.kills for number in range(options.kills)]
    parts = [moments[first::SHOPS] for first in range(SHOPS)]
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(SHOPS) as pool:
        folders = [Path(name) / str(number) for number in range(SHOPS)]
        shops = list(pool.map(prepared, folders))
        files = [shop.published for shop in shops]
        stop, answers = context.Event(), context.Queue()
        readers = [
            context.Process(target=read, args=(files, stop, answers), daemon=True)
            for _ in range(READERS)
        ]
        for reader in readers:
            reader.start()
        outcomes = list(pool.map(run, shops, parts))
        stop.set()
        counts = sum((answers.get() for _ in readers), Counter())
        left = sorted(path.name for path in Path(name).rglob(".*") if path.name != ".lock")
    reads = counts.pop("reads", 0)
    failed = [problem for outcome in outcomes for problem in outcome.failed_builds]
    wrong = [problem for outcome in outcomes for problem in outcome.wrong_files]
    histories = sum(outcome.wrong_histories for outcome in outcomes)
    seconds = max(outcome.seconds for outcome in outcomes)
    print(f"a build takes {seconds:.1f} s, {SHOPS} at a time beside the readers")
    print(
        f"builds killed: {sum(outcome.kills for outcome in outcomes)};"
        f" ended before their moment: {sum(outcome.finished_before for outcome in outcomes)}"
    )
    print(f"builds after a kill that failed: {len(failed)}")
    print(f"files that were not their manifest's: {len(wrong)}")
    print(f"histories that were not as without kills: {histories}")
    print(f"releases seen published: {sum(len(outcome.releases) for outcome in outcomes)}")
    print(f"reads: {reads:,} by {READERS} readers; bad: {sum(counts.values())}")
    for what, count in sorted(counts.items()):
        print(f"  {what}: {count}")
    for problem in {*failed, *wrong}:
        print(f"  {problem}")
    print(f"hidden files left by the kills: {', '.join(left) or 'none'}")
    sys.exit(1 if failed or wrong or histories or counts or left or not reads else 0)


if __name__ == "__main__":
    main()
