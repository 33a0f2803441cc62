"""What does a build cost beside hand-written DuckDB from the same Parquet, and one more day?

python -m benchmarks.way_in DIR [--contacts N] [--email-events N] [--runs 3] [--single-file]

Writes the demo at this scale into DIR, then runs in turn, each as a process of its own: the
project's whole build, everything included, on an empty warehouse, and the floor (benchmarks/floor),
which takes the rules from what that build compiled. Compares their tables row by row. Then the same
for one day more, which the project builds upon the day before and the floor from nothing. Writes
the figures to benchmarks/reports/way_in.md. Processor seconds are user and system time of a process
and all that it started; memory is the largest resident size of one process.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from demo import settings
from demo.scaled import Scale

PROJECT = Path(__file__).resolve().parents[1]
REPORT = PROJECT / "benchmarks" / "reports" / "way_in.md"
# What the floor leaves out: what Python fits, and what builds on it.
WITHOUT_FITS = "segment not like 'cluster\\_%' escape '\\' and segment <> 'slipping_away'"
# The tables compared, by the rows that both make.
COMPARED = {
    "contact_permissions": "true",
    "lifecycle_segments": "true",
    "behaviour_segments": "true",
    "demographic_segments": "true",
    "preference_segments": "true",
    "segment_members": WITHOUT_FITS,
    "segments": WITHOUT_FITS,
    "segment_history": WITHOUT_FITS,
    "segment_daily": WITHOUT_FITS,
    "campaign_kpis": "true",
    "segment_kpis": WITHOUT_FITS,
    "sequence_messages": "true",
}
# On a later day the project knows the day before, the floor does not: who has entered a segment.
OF_HISTORY = ("segment_history", "segment_daily", "segment_kpis")
SEQUENCES = PROJECT / "seeds" / "reference" / "sequences.csv"
WITHOUT_ENTRIES = (
    f"sequence not in (select sequence from '{SEQUENCES}' where trigger = 'entered_segment')"
)
FROM_HISTORY = ("entered_at", "entered_count", "left_count", "definition_since")


@dataclass(frozen=True)
class Cost:
    """What a process cost: processor seconds, seconds on the clock, bytes of memory."""

    processor: float
    clock: float
    memory: int


def measure(*command: str) -> Cost:
    """Run a module of the project and return its cost. Raises SystemExit when it fails."""
    unset = {"PYTHONDONTWRITEBYTECODE"}
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if name not in unset},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with {process.returncode}")
    clock = time.monotonic() - start
    return Cost(usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss * 1024)


def median(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.processor for cost in costs),
        statistics.median(cost.clock for cost in costs),
        int(statistics.median(cost.memory for cost in costs)),
    )


@dataclass(frozen=True)
class Shop:
    """A folder with the raw data, and what is built from it."""

    folder: Path
    scale: Scale

    def build(self, day: date) -> Cost:
        """Run the project's build of a day on the warehouse that is there."""
        return measure(
            *("customer_segments", "build", "--quiet", "--raw", str(self.scale.folder)),
            *("--as-of", str(day), "--warehouse", str(self.folder / "warehouse.duckdb")),
            *("--published", str(self.folder / "segments.duckdb")),
        )

    def compute_floor(self, day: date) -> Cost:
        """Run the floor for a day."""
        (self.folder / "floor.duckdb").unlink(missing_ok=True)
        raw, target = str(self.scale.folder), str(self.folder / "floor.duckdb")
        return measure("benchmarks.floor.run", raw, target, str(day))

    def play(self, day: date) -> "Round":
        """Write the data, build and compute; then again with one day more."""
        shutil.rmtree(self.folder, ignore_errors=True)
        start = time.process_time()
        self.scale.write(day)
        written = time.process_time() - start
        sizes = [size(self.scale.folder)]
        build, nodes, floor = self.build(day), dearest_nodes(), self.compute_floor(day)
        differences = self.differences(is_first_day=True)
        sizes.append(size(self.folder / "warehouse.duckdb"))
        day += timedelta(days=1)
        self.scale.write(day)
        next_build, next_nodes = self.build(day), dearest_nodes()
        next_floor = self.compute_floor(day)
        return Round(
            written=written,
            costs={
                "whole build": build,
                "floor": floor,
                "build with one more day": next_build,
                "floor with one more day": next_floor,
            },
            sizes=sizes,
            nodes={"the whole build": nodes, "the day more": next_nodes},
            differences={
                "the whole build": differences,
                "the day more": self.differences(is_first_day=False),
            },
        )

    def differences(self, is_first_day: bool) -> dict[str, tuple[int, int]]:
        """Return for each table the project's rows and how many rows only one of both has."""
        found = {}
        with duckdb.connect() as connection:
            for name in ("floor", "segments"):
                connection.execute(f"attach '{self.folder / name}.duckdb' as {name} (read_only)")
            for table, condition in COMPARED.items():
                if table in OF_HISTORY and not is_first_day:
                    continue
                described = connection.execute(f"describe segments.main.{table}").fetchall()
                names = [str(row[0]) for row in described]
                if not is_first_day:
                    condition = WITHOUT_ENTRIES if table == "sequence_messages" else condition
                    names = [name for name in names if name not in FROM_HISTORY]
                ours, floor = (
                    f"select {', '.join(names)} from {file}.main.{table} where {condition}"
                    for file in ("segments", "floor")
                )
                found[table] = connection.execute(f"""
                    select
                        (select count(*) from ({ours})),
                        (select count(*) from ({ours} except all {floor}))
                        + (select count(*) from ({floor} except all {ours}))""").fetchall()[0]
        return found


@dataclass(frozen=True)
class Round:
    """The figures of one run: processor seconds of writing the data, bytes of raw and warehouse."""

    written: float
    costs: dict[str, Cost]
    sizes: list[int]
    nodes: dict[str, list[tuple[str, float]]]
    differences: dict[str, dict[str, tuple[int, int]]]


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def dearest_nodes(count: int = 10) -> list[tuple[str, float]]:
    """Return the nodes of dbt's last run that took longest, in seconds on the clock."""
    results = json.loads((PROJECT / "target" / "run_results.json").read_text())["results"]
    nodes = [(str(node["unique_id"]), float(node["execution_time"])) for node in results]
    return sorted(nodes, key=lambda node: -node[1])[:count]


def report(rounds: list[Round], options: argparse.Namespace) -> None:
    """Write the report: medians of the costs, the rest from the first run."""
    first = rounds[0]
    costs = {name: median([round.costs[name] for round in rounds]) for name in first.costs}
    floor, whole = costs["floor"].processor, costs["whole build"].processor
    lines = [
        "# The way in, beside the floor",
        "",
        f"`python -m benchmarks.way_in` with {options.contacts:,} contacts and about"
        f" {options.email_events:,} email events: medians of {len(rounds)} runs on"
        f" {os.cpu_count()} cores that others used as well, Python {platform.python_version()},"
        f" DuckDB {duckdb.__version__}. The raw Parquet of {first.sizes[0] / 1e6:,.0f} MB took"
        f" {first.written:.1f} s of processor time to write; the warehouse has"
        f" {first.sizes[1] / first.sizes[0]:.1f} times its size.",
        "",
        "| | processor, s | times the floor | share of the whole build | clock, s | memory, GB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {cost.processor:.1f} | {cost.processor / floor:.1f}"
        f" | {cost.processor / whole:.0%} | {cost.clock:.1f} | {cost.memory / 1e9:.1f} |"
        for name, cost in costs.items()
    ]
    for name, nodes in first.nodes.items():
        lines += ["", f"Dearest nodes of {name}, seconds on the clock:", "", "| node | s |"]
        lines += ["|---|---:|", *(f"| {node} | {seconds:.1f} |" for node, seconds in nodes)]
    for name, tables in first.differences.items():
        lines += ["", f"Rows of {name}, and how many only one of both has:", ""]
        lines += ["| table | rows | different |", "|---|---:|---:|"]
        lines += [f"| {table} | {rows:,} | {other:,} |" for table, (rows, other) in tables.items()]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines) + "\n")


def main() -> None:
    """Run the benchmark and write its report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--email-events", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--single-file", action="store_true")
    options = parser.parse_args()
    folder = options.folder.absolute()
    scale = Scale(
        folder / "raw", options.contacts, options.email_events, is_single_file=options.single_file
    )
    shop, day = Shop(folder, scale), settings.AS_OF
    rounds = [shop.play(day) for _ in range(options.runs)]
    report(rounds, options)
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
