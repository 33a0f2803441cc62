"""Checks the input contracts by their own SQL: a query a table, and one for each comparison.

Great Expectations (validation.py) comes to the same outcomes and takes many times as long.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from customer_segments.contracts.contract import Check, Contract
from customer_segments.contracts.outcome import Outcome, Result
from customer_segments.sql import name

EXAMPLES = 3


def evaluate(side: str, contracts: Sequence[Contract], database: Path) -> list[Outcome]:
    """Check contracts whose checks are of rows marked in a column, or queries of what is odd.

    Raises duckdb.Error when a check can't be read.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        return [
            Outcome(side, contract.table, tuple(_results(connection, contract)), contract.unseen)
            for contract in contracts
        ]


def _results(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterable[Result]:
    marked = [check for check in contract.checks if not check.is_query]
    counted = "".join(f", count({name(check.arguments['column'])})" for check in marked)
    ((rows, *counts),) = connection.execute(
        f"select count(*){counted} from {contract.table}"
    ).fetchall()
    at_fault = dict(zip((check.sentence for check in marked), counts, strict=True))
    for check in contract.checks:
        count = at_fault.get(check.sentence)
        shown = [] if count == 0 else _keys_at_fault(connection, check)
        if count is None:
            count, share, has_passed = len(shown), 0.0, not shown
        else:
            share = count / rows if rows else 0.0
            has_passed = 1 - share >= 1 - check.at_most
        examples = tuple(shown[:EXAMPLES])
        found = subjects(check, shown)
        yield Result(check.sentence, has_passed, count, examples, check.weight, share, found)


def _keys_at_fault(connection: duckdb.DuckDBPyConnection, check: Check) -> list[str]:
    limit = "" if check.is_query else f" limit {EXAMPLES}"
    return [str(row[0]) for row in connection.execute(f"{check.keys_at_fault}{limit}").fetchall()]


def subjects(check: Check, shown: Iterable[str]) -> tuple[str, ...]:
    """Return which columns, values or days a comparison finds odd, without the figures."""
    return tuple(sorted({text.split(": ")[0] for text in shown})) if check.compares else ()
