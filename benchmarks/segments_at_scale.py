"""How long do many segments over many contacts take, beside the same SQL in DuckDB alone?

python benchmarks/segments_at_scale.py FOLDER [--contacts 1000000] [--segments 300]

Makes raw files of invented contacts with two orders and eight email events each, builds facts and
features from them (not counted), adds generated segments to a copy of the project, and times what
dbt takes from the features to segment_members: for the first time, again on the same day, with one
segment more, and on the next day; beside them the union of the same SQL in DuckDB alone, written
into a table. A second run in the same folder takes the files and features of the first.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from customer_segments.inputs.layout import read_layout
from customer_segments.inputs.load import load
from customer_segments.segments.list import write_list

PROJECT = Path(__file__).resolve().parent.parent
# The features that clusters are fitted on lie beside the segments that are made of them.
FEATURES = "int_contact_cluster_features"
SEGMENTS = "path:models/marts/segments"
MADE = ("run", "--select", f"+segment_members,{SEGMENTS}", "--exclude", FEATURES)
FIRST_DAY, NEXT_DAY = "2026-06-30", "2026-07-01"
# About as dense together as the demo's rule segments, which hold 14 % of its contacts on average.
CONDITIONS = (
    "age between {age} and {age} + 9",
    "order_count >= {count} and gender = 'female'",
    "total_amount >= {amount} and country = 'CH'",
    "open_rate > {rate} and order_count = {count}",
    "last_order_on >= cast('2026-0{month}-01' as date) and age >= {age}",
    "contact_id in (select m.contact_id from {{{{ ref('fct_emails') }}}} as m"
    " where m.campaign_id = 'NL{campaign}' and m.is_clicked)",
)


def raw_files(folder: Path, contacts: int) -> None:
    """Write contacts, orders and email events as Parquet, the same for the same number."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "contacts": f"""
            select 'C' || i as contact_id, 'c' || i || '@example.com' as email,
                '2024-01-01T08:00:00Z' as created_at,
                case when i % 2 = 0 then 'female' else 'male' end as gender,
                cast(date '1945-01-01' + cast(hash(i) % 22000 as integer) as varchar) as birth_date,
                case when hash(i, 1) % 3 = 0 then 'CH' else 'FR' end as country,
                'true' as email_consent
            from range({contacts}) as t(i)""",
        "orders": f"""
            select 'O' || i as order_id, 'C' || (hash(i, 2) % {contacts}) as contact_id,
                cast(timestamp '2024-02-01' + to_minutes(cast(hash(i, 3) % 1260000 as integer))
                    as varchar) as ordered_at,
                cast(5 + hash(i, 4) % 20000 / 100.0 as varchar) as total_amount
            from range({contacts * 2}) as t(i)""",
        "email_events": f"""
            select 'E' || i as event_id, 'C' || (i // 8) as contact_id,
                case when i % 2 = 0 then 'sent'
                    when hash(i, 5) % 3 = 0 then 'clicked' else 'opened' end as event_type,
                cast(timestamp '2025-01-01' + to_days(cast((i // 2) % 4 * 100 as integer))
                    + to_minutes(cast(i % 2 as integer)) as varchar) as occurred_at,
                'NL' || ((i // 2) % 4 + 4 * (hash(i // 8) % 5)) as campaign_id
            from range({contacts * 8}) as t(i)""",
    }
    with duckdb.connect() as connection:
        for name, query in tables.items():
            path = folder / f"{name}.parquet"
            if not path.exists():
                connection.execute(f"copy ({query}) to '{path}' (format parquet)")


def condition(number: int) -> str:
    """Return the condition of one generated segment; each number has its own."""
    template = CONDITIONS[number % len(CONDITIONS)]
    return template.format(
        age=20 + number % 60,
        count=1 + number % 5,
        amount=50 + number,
        rate=round(number % 100 / 100, 2),
        month=1 + number % 6,
        campaign=number % 20,
    )


def add_segment(copy: Path, number: int) -> str:
    """Write the SQL and YAML of a segment and list it; return its alias."""
    alias = f"generated_{number}"
    folder = copy / "models" / "marts" / "segments" / "rules" / "generated"
    folder.mkdir(exist_ok=True)
    (folder / f"{alias}.sql").write_text(
        f"select contact_id\nfrom {{{{ ref('dim_contacts') }}}}\nwhere {condition(number)}\n"
    )
    (folder / f"{alias}.yml").write_text(
        f"models:\n  - name: {alias}\n    description: Generated. One row per contact.\n"
        "    config:\n      meta: {label: Generated, label_fr: Produit, owner: nobody,"
        " description_fr: Produit.}\n"
    )
    write_list(copy / "models")
    return alias


def dbt(
    copy: Path, command: Sequence[str], manifest: Any = None, day: str = FIRST_DAY
) -> tuple[float, Any]:
    """Run dbt on the copy; return the seconds and the result. Raises when it fails."""
    variables = {"loaded_dir": str(copy.with_name("inputs")), "as_of": day}
    start = time.monotonic()
    outcome = dbtRunner(manifest=manifest).invoke(
        [
            *command,
            *("--project-dir", str(copy), "--profiles-dir", str(copy), "--log-level", "none"),
            *("--vars", json.dumps(variables)),
        ]
    )
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        failed = [result.message for result in outcome.result or [] if result.status == "error"]
        raise SystemExit(f"dbt {command[0]} failed: {outcome.exception or failed}")
    return time.monotonic() - start, outcome.result


def features(copy: Path, manifest: Any, day: str) -> None:
    """Build all that segments are made from, as of a day."""
    dbt(copy, ["run", "--select", "+segment_members", "--exclude", SEGMENTS], manifest, day)
    dbt(copy, ["run", "--select", f"+{FEATURES},{SEGMENTS}"], manifest, day)


def bare(warehouse: Path, union: str) -> float:
    """Time the union of all segments in DuckDB alone, into a table of its own."""
    with duckdb.connect(str(warehouse)) as connection:
        start = time.monotonic()
        connection.execute(f"create or replace table main.bare_members as {union}")
        seconds = time.monotonic() - start
        connection.execute("drop table main.bare_members")
    return seconds


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--segments", type=int, default=300)
    options = parser.parse_args()
    folder = options.folder.absolute()
    raw_files(folder / "raw", options.contacts)
    load(folder / "raw", folder / "inputs", read_layout(), {})
    copy = folder / "project"
    shutil.rmtree(copy, ignore_errors=True)
    ignored = shutil.ignore_patterns(".venv", "target", "published", ".git", "logs")
    shutil.copytree(PROJECT, copy, ignore=ignored)
    warehouse = folder / "warehouse.duckdb"
    os.environ["WAREHOUSE"] = str(warehouse)
    if not warehouse.exists():
        dbt(copy, ["seed"])
    shipped = len(list((copy / "models/marts/segments/rules").rglob("*.sql")))
    for number in range(options.segments - shipped):
        add_segment(copy, number)
    _, manifest = dbt(copy, ["parse"])
    features(copy, manifest, FIRST_DAY)
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("segment_history", "segment_days", "split_segment_days"):
            connection.execute(f"drop table if exists main.{table}")
    first, _ = dbt(copy, MADE, manifest)
    _, compiled = dbt(copy, ["compile", "--select", "segment_rule_members"], manifest)
    alone = bare(warehouse, compiled.results[0].node.compiled_code)
    again, _ = dbt(copy, MADE, manifest)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select count(*) from main.segment_members").fetchall()[0][0]
    alias = add_segment(copy, options.segments)
    _, manifest = dbt(copy, ["parse"])
    more, _ = dbt(copy, MADE, manifest)
    with duckdb.connect(str(warehouse)) as connection:
        start = time.monotonic()
        connection.execute(f"create or replace temp table one as from main.{alias}")
        scan = time.monotonic() - start
    features(copy, manifest, NEXT_DAY)
    next_day, _ = dbt(copy, MADE, manifest, NEXT_DAY)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        moved = connection.execute(
            "select count(*) from main.segment_history where $day in (entered_at, left_at)",
            {"day": NEXT_DAY},
        ).fetchall()[0][0]
    print(f"{options.segments} segments, {options.contacts:,} contacts, {rows:,} members")
    print(f"the union alone, in DuckDB, into a table: {alone:.1f} s")
    print(f"by dbt, from the features: the first time {first:.1f} s, again {again:.1f} s")
    print(f"one segment more: {more:.1f} s, its own scan {scan:.2f} s")
    print(f"the next day, {moved:,} entered or left: {next_day:.1f} s")


if __name__ == "__main__":
    main()
