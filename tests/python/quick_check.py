"""Checks raw contracts with their own SQL: Great Expectations comes to the same verdicts (see
test_contracts.py) but takes many times as long.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from customer_segments.contracts.contract import Contract, Promise
from customer_segments.contracts.doors import RAW, RawCheck, RawDoor
from customer_segments.contracts.memory import LastTime
from customer_segments.contracts.outcome import Kept, Outcome
from customer_segments.contracts.verdict import judge


def quick_check(
    door: RawDoor,
    read: Mapping[str, str],
    database: Path,
    last: LastTime,
    only: Collection[str] | None = None,
) -> RawCheck:
    """Return what the door finds in what was taken in; `database` is written anew."""
    database.unlink(missing_ok=True)
    contracts, profile = door.contracts(database, read, last.profile, only)
    with duckdb.connect(str(database)) as connection:
        outcomes = [_outcome(connection, contract) for contract in contracts]
    verdict = judge(outcomes, last, profile.batch, {})
    return RawCheck(outcomes, last, verdict, replace(profile, oddities=verdict.oddities))


def _outcome(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Outcome:
    ((rows,),) = connection.execute(f"select count(*) from {contract.table}").fetchall()
    kept = tuple(_kept(connection, promise, rows) for promise in contract.promises)
    return Outcome(RAW, contract.table, kept)


def _kept(connection: duckdb.DuckDBPyConnection, promise: Promise, rows: int) -> Kept:
    found = [str(row[0]) for row in connection.execute(str(promise.keys_at_fault)).fetchall()]
    compares = promise.expectation == "UnexpectedRowsExpectation"
    return Kept(
        promise.sentence,
        len(found) <= promise.at_most * rows,
        len(found),
        tuple(found[:3]),
        promise.weight,
        0.0 if compares else len(found) / max(rows, 1),
        tuple(sorted({text.split(": ")[0] for text in found})) if compares else (),
    )
