"""Features, lifecycle, RFM and ten rules in DuckDB, Polars, pandas and PostgreSQL, side by side.

python -m benchmarks.equal_task.run DIR [--contacts N] [--email-events N] [--python PATH] [--runs 3]

Writes the demo at this scale into DIR and has each engine do the same task (task.sql) from the same
Parquet, as a process of its own; compares their rows. PATH is a Python with polars, pandas and
pyarrow. PostgreSQL's programs are on the path; its rows are loaded before, which is counted apart.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from demo.scaled import Scale

HERE = Path(__file__).parent
COLUMNS = {
    "contacts": "contact_id text, created_at timestamp, gender text, city text, relationship text",
    "orders": "contact_id text, ordered_at timestamp, status text, total_amount numeric(14, 2)",
    "email_events": "contact_id text, campaign_id text, event_type text, occurred_at timestamp,"
    " is_machine_open boolean",
}
RESULTS = ("contact_segments", "rule_members")


@dataclass(frozen=True)
class Cost:
    """Processor seconds, seconds on the clock, gigabytes of the largest process."""

    processor: float
    clock: float
    memory: float


def measure(command: Sequence[str]) -> Cost:
    """Run a command and return its cost. Raises SystemExit when it fails."""
    start = time.monotonic()
    process = subprocess.Popen(command)
    return finish(process, start)


def finish(process: "subprocess.Popen[bytes]", start: float) -> Cost:
    """Wait for a process and return its cost. Raises SystemExit when it failed."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{process.args!r} failed with {process.returncode}")
    clock = time.monotonic() - start
    return Cost(usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / 1e6)


class Postgres:
    """A server of its own below a folder, reached by a socket in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # It refuses to run as root.
        self.user = "nobody" if os.geteuid() == 0 else None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if self.user:
            shutil.chown(folder, self.user)
        quiet = ("--no-sync", "--encoding=UTF8", "--locale=C", "--username=bench")
        subprocess.run(
            ["initdb", *quiet, "-D", str(folder)],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user,
        )

    def cost_of(self, script: str) -> Cost:
        """Return what the server spends on a script of SQL, from its start to its end."""
        where = ("-D", str(self.folder), "-k", str(self.folder), "-c", "listen_addresses=")
        tuned = ("-c", "work_mem=512MB", "-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB")
        start = time.monotonic()
        log = (self.folder / "log").open("ab")
        server = subprocess.Popen(
            ["postgres", *where, *tuned], stderr=log, stdout=log, user=self.user
        )
        at = ("-h", str(self.folder), "-U", "bench", "-d", "postgres")
        while subprocess.run(["pg_isready", *at], stdout=subprocess.DEVNULL).returncode:
            time.sleep(0.1)
        client = ["psql", *at, "--quiet", "--set=ON_ERROR_STOP=1"]
        subprocess.run(client, input=script.encode(), check=True)
        server.terminate()
        return finish(server, start)

    def load(self, raw: Path) -> Cost:
        """Load the tables from text files that DuckDB writes."""
        script = []
        for table, columns in COLUMNS.items():
            names = ", ".join(re.findall(r"(\w+) (?:text|timestamp|numeric|boolean)", columns))
            file = self.folder / f"{table}.csv"
            duckdb.sql(f"copy (select {names} from '{raw}/{table}/*.parquet') to '{file}' (header)")
            script += [
                f"create table {table} ({columns});",
                f"\\copy {table} from '{file}' with (format csv, header)",
                f"analyze {table};",
            ]
        return self.cost_of("\n".join(script) + "\n")

    def do(self, out: Path) -> Cost:
        """Do the task anew and write its results as text."""
        drop = "drop table if exists contact_features, contact_segments, rule_members;"
        cost = self.cost_of(drop + (HERE / "task.sql").read_text())
        files = {table: out / f"{table}.csv" for table in RESULTS}
        copies = [f"\\copy {table} to '{file}' csv header" for table, file in files.items()]
        self.cost_of("\n".join(copies) + "\n")
        return cost


def differences(folder: Path, engine: str) -> int:
    """Return how many rows only one of DuckDB and an engine has."""
    total = 0
    for table in RESULTS:
        names = "contact_id, segment"
        if table == "contact_segments":
            names = (
                "contact_id, lifecycle_stage, recency_score::int, frequency_score::int,"
                " monetary_score::int"
            )
        ending = "csv" if engine == "PostgreSQL" else "parquet"
        ours = f"select {names} from '{folder}/DuckDB/{table}.parquet'"
        theirs = f"select {names} from '{folder}/{engine}/{table}.{ending}'"
        total += duckdb.sql(f"""select
            (select count(*) from ({ours} except all {theirs}))
            + (select count(*) from ({theirs} except all {ours}))""").fetchall()[0][0]
    return total


def main() -> None:
    """Run the engines in turn and print a table of their costs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, default=20_000)
    parser.add_argument("--email-events", type=int, default=1_000_000)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    folder = options.folder.absolute()
    raw = folder / "raw"
    if not raw.exists():
        Scale(raw, options.contacts, options.email_events).write()
    engines = ("DuckDB", "Polars", "pandas")
    for engine in (*engines, "PostgreSQL"):
        (folder / engine).mkdir(parents=True, exist_ok=True)
    postgres = Postgres(folder / "postgres")
    loaded = postgres.load(raw)
    costs: dict[str, list[Cost]] = {}
    for _ in range(options.runs):
        for engine in engines:
            script = str(HERE / f"in_{engine.lower()}.py")
            command = [options.python, script, str(raw), str(folder / engine)]
            costs.setdefault(engine, []).append(measure(command))
        costs.setdefault("PostgreSQL", []).append(postgres.do(folder / "PostgreSQL"))
    print("| | processor, s | clock, s | memory, GB | rows unlike DuckDB's |")
    print("|---|---:|---:|---:|---:|")
    for engine, found in costs.items():
        figures = (
            statistics.median(getattr(cost, name) for cost in found)
            for name in ("processor", "clock", "memory")
        )
        said = " | ".join(f"{figure:.1f}" for figure in figures)
        print(f"| {engine} | {said} | {differences(folder, engine)} |")
    print(f"| PostgreSQL, loading | {loaded.processor:.1f} | {loaded.clock:.1f} | | |")


if __name__ == "__main__":
    main()
