"""How long does `dbt build` take on the demo, and how much of it is dbt's own?

python benchmarks/dbt_build.py FOLDER [--runs 5]

Times, in turn, as processes of their own: `dbt build` of this project on the demo; `dbt build` of a
project with as many seeds, views, tables and tests that all say `select 1`, with the same
materializations; and `dbt ls`, which only starts and reads the project. Prints the median of each.
The first run of each parses everything and is not counted.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DBT = Path(sys.executable).with_name("dbt")
EMPTY = """
name: empty
profile: customer_segments
macro-paths: [macros]
flags: {send_anonymous_usage_stats: false, log_level_file: info}
"""


def run(project: Path, folder: Path, command: str) -> float:
    """Return the seconds that a dbt command takes; warehouse and target are in the folder."""
    start = time.monotonic()
    subprocess.run(
        [str(DBT), "--quiet", command, "--target-path", str(folder / "target")],
        cwd=project,
        env={**os.environ, "WAREHOUSE": str(folder / "warehouse.duckdb")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - start


def nodes(folder: Path) -> Counter[str]:
    """Count what the last build ran: seeds, tests, views, and tables, also incremental ones."""
    manifest = json.loads((folder / "target" / "manifest.json").read_text())["nodes"]
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    ran = [manifest[result["unique_id"]] for result in results if result["unique_id"] in manifest]
    ran = [node for node in ran if node["resource_type"] != "operation"]
    kinds = [
        node["config"]["materialized"]
        if node["resource_type"] == "model"
        else node["resource_type"]
        for node in ran
    ]
    return Counter("table" if kind == "incremental" else kind for kind in kinds)


def write_empty(project: Path, counts: Counter[str]) -> None:
    """Write a project with as many nodes that do nothing."""
    shutil.rmtree(project, ignore_errors=True)
    models, seeds = project / "models", project / "seeds"
    models.mkdir(parents=True)
    seeds.mkdir()
    shutil.copy(PROJECT / "profiles.yml", project)
    shutil.copytree(PROJECT / "macros" / "materializations", project / "macros")
    (project / "dbt_project.yml").write_text(EMPTY)
    for number in range(counts["seed"]):
        (seeds / f"seed_{number}.csv").write_text("n\n1\n")
    kinds = [kind for kind in ("view", "table") for _ in range(counts[kind])]
    properties = ["models:"]
    for number, kind in enumerate(kinds):
        name = f"{kind}_{number}"
        config = f"{{{{ config(materialized='{kind}') }}}}"
        (models / f"{name}.sql").write_text(f"{config}\nselect 1 as n\n")
        if number < counts["test"]:
            test = "{unique: {column_name: n}}"
            properties.append(f"  - {{name: {name}, data_tests: [{test}]}}")
    (models / "models.yml").write_text("\n".join(properties) + "\n")


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    demo, empty = (options.folder.absolute() / name for name in ("demo", "empty"))
    demo.mkdir(parents=True, exist_ok=True)
    run(PROJECT, demo, "build")
    counts = nodes(demo)
    write_empty(empty, counts)
    run(empty, empty, "build")
    if nodes(empty) != counts:
        raise SystemExit(f"the empty project ran {nodes(empty)}, the demo {counts}")
    seconds: dict[str, list[float]] = {}
    for _ in range(options.runs):
        seconds.setdefault("demo", []).append(run(PROJECT, demo, "build"))
        seconds.setdefault("empty", []).append(run(empty, empty, "build"))
        seconds.setdefault("start", []).append(run(PROJECT, demo, "ls"))
    print(", ".join(f"{count} {kind}s" for kind, count in sorted(counts.items())))
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name}: {median:.1f} s ({min(times):.1f} to {max(times):.1f})")


if __name__ == "__main__":
    main()
