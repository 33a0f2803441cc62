"""How long do the messages of six sequences take for many contacts, and does it grow in line?

python benchmarks/sequence_messages_at_scale.py FOLDER [--contacts 250000 500000 1000000]

Makes the tables that the sequence models read (invented contacts, each with a sign-up, a birthday,
about an order, a download and an entry into a segment, and emails of a part of the steps), then
times the models through dbt, and the SQL of int_sequence_messages in DuckDB alone. Processor time
is given beside the clock's: it says more where other programs run as well.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).resolve().parent.parent
MODELS = (
    "int_sequence_birthdays",
    "int_sequence_triggers",
    "int_sequence_endings",
    "sequence_enrollments",
    "int_sequence_messages_planned",
    "int_sequence_messages_emailed",
    "int_sequence_messages_screened",
    "int_sequence_messages",
    "outgoing_names",
    "message_personalisation",
)
SEEDS = ("sequences", "sequence_steps", "offers", "message_fields")
TABLES = {
    "intermediate.int_contacts_resolved": """
        select 'C' || i as contact_id,
            timestamp '2024-07-01' + to_minutes(cast(hash(i) % 1000000 as integer)) as created_at,
            cast(created_at as date) as created_on,
            date '1945-01-01' + cast(hash(i, 1) % 22000 as integer) as birth_date,
            i % 10 > 0 as email_consent, created_at as consent_at
        from range({contacts}) as t(i)""",
    "main.dim_contacts": """
        select contact_id, 'Anna' as first_name, 'Frei' as last_name,
            case when hash(contact_id) % 2 = 0 then cast(hash(contact_id) % 8 as integer) end
                as max_emails_per_month,
            email_consent as can_receive_email,
            case when not email_consent then 'no_consent' end as suppression_reason,
            case when not email_consent then created_on end as suppressed_on
        from intermediate.int_contacts_resolved""",
    "main.fct_orders": """
        select 'O' || i as order_id, 'C' || (hash(i, 2) % {contacts}) as contact_id,
            timestamp '2025-10-06' + to_minutes(cast(hash(i, 3) % 380000 as integer)) as ordered_at,
            true as is_completed
        from range({contacts}) as t(i)""",
    "main.fct_order_items": """
        select order_id, cast(1 as bigint) as line_number, 'Scarf' as product_name,
            cast(20 as decimal(18, 2)) as item_amount
        from main.fct_orders""",
    "main.fct_web_events": """
        select 'W' || i as event_id, 'C' || (hash(i, 4) % {contacts}) as contact_id,
            'download' as event_type,
            timestamp '2026-06-01' + to_minutes(cast(hash(i, 5) % 43000 as integer)) as occurred_at
        from range({contacts}) as t(i)""",
    "main.segment_history": """
        select 'C' || i as contact_id, 'vip' as segment,
            date '2026-06-02' + cast(hash(i, 6) % 29 as integer) as entered_at
        from range({contacts}) as t(i)""",
    "main.segment_days": """
        select 'vip' as segment, date '2026-05-01' as day""",
    "main.dim_campaigns": """
        select 'SEQ-' || sequence || '-' || step as campaign_id, sequence, step as sequence_step,
            timestamp '2024-06-01' as sent_at
        from reference.sequence_steps""",
    # Half of the thanks and of the welcomes went out, each was delivered, and half were opened.
    "main.fct_email_events": """
        with sent as (
            select contact_id, ordered_at + interval 10 minute as sent_at,
                'SEQ-after_purchase-1' as campaign_id
            from main.fct_orders where hash(order_id) % 2 = 0
            union all
            select contact_id, consent_at + interval 10 minute, 'SEQ-welcome-1'
            from intermediate.int_contacts_resolved where hash(contact_id) % 2 = 0
        )
        select 'E' || row_number() over () as event_id, contact_id, campaign_id, event_type,
            sent_at + to_minutes(later) as occurred_at, cast(occurred_at as date) as occurred_on,
            false as is_machine_open
        from sent cross join (values ('sent', 0), ('delivered', 1), ('opened', 90))
            as events (event_type, later)
        where event_type <> 'opened' or hash(contact_id) % 4 = 0""",
    "main.fct_emails": """
        select contact_id, campaign_id, occurred_at as sent_at, occurred_on as sent_on,
            hash(contact_id) % 4 = 0 as is_opened, false as is_clicked
        from main.fct_email_events where event_type = 'sent'""",
}  # fmt: skip


def dbt(command: Sequence[str], manifest: Any = None) -> Any:
    """Run dbt and return its result. Raises when it fails."""
    outcome = dbtRunner(manifest=manifest).invoke(
        [
            *command,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", os.environ["WAREHOUSE"] + ".target", "--log-level", "none"),
            *("--vars", json.dumps({"as_of": "2026-06-30"})),
        ]
    )
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise SystemExit(f"dbt {command[0]} failed: {outcome.exception or outcome.result}")
    return outcome.result


def measure(folder: Path, contacts: int) -> None:
    """Make the tables for so many contacts, time the models and print the figures."""
    warehouse = folder / f"sequences_{contacts}.duckdb"
    warehouse.unlink(missing_ok=True)
    os.environ["WAREHOUSE"] = str(warehouse)
    manifest = dbt(["parse"])
    dbt(["seed", "--select", *SEEDS], manifest)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema intermediate")
        for table, query in TABLES.items():
            connection.execute(f"create table {table} as {query.format(contacts=contacts)}")
    processor = time.process_time()
    results = dbt(["run", "--select", *MODELS], manifest).results
    processor = time.process_time() - processor
    seconds = {result.node.name: result.execution_time for result in results}
    sql = {result.node.name: result.node.compiled_code for result in results}
    with duckdb.connect(str(warehouse)) as connection:
        start, started = time.monotonic(), time.process_time()
        connection.execute(f"create table main.alone as {sql['int_sequence_messages']}")
        alone, alone_processor = time.monotonic() - start, time.process_time() - started
        triggers = count(connection, "sequence_enrollments")
        messages = count(connection, "int_sequence_messages")
        due = count(connection, "message_personalisation")
    whole = sum(seconds.values())
    print(
        f"{contacts:,} contacts, {triggers:,} triggers, {messages:,} messages, {due:,} due:"
        f" {whole:.1f} s, per million triggers {whole / triggers * 1e6:.1f} s, of the processor's"
        f" {processor / triggers * 1e6:.1f} s"
        f" ({', '.join(f'{name} {seconds[name]:.1f} s' for name in MODELS)};"
        f" int_sequence_messages in DuckDB alone {alone:.1f} s, {alone_processor:.1f} s)",
        flush=True,
    )
    warehouse.unlink()


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return the number of rows of a table."""
    return int(connection.execute(f"select count(*) from main.{table}").fetchall()[0][0])


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, nargs="+", default=[250_000, 500_000, 1_000_000])
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for contacts in options.contacts:
        measure(options.folder.absolute(), contacts)


if __name__ == "__main__":
    main()
