"""Checks raw contracts by their own SQL: a query a table, and one for each comparison of figures.

Great Expectations (validation.py) comes to the same outcomes and takes many times as long.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from customer_segments.contracts.contract import Contract, Promise
from customer_segments.contracts.outcome import Kept, Outcome
from customer_segments.sql import name

EXAMPLES = 3


def evaluate(door: str, contracts: Sequence[Contract], database: Path) -> list[Outcome]:
    """Check contracts whose promises are of rows marked in a column, or queries of what is odd.

    Raises duckdb.Error when a promise can't be read.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        return [
            Outcome(door, contract.table, tuple(_kept(connection, contract)), contract.unseen)
            for contract in contracts
        ]


def _kept(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterable[Kept]:
    marked = [promise for promise in contract.promises if not promise.is_query]
    counted = "".join(f", count({name(promise.arguments['column'])})" for promise in marked)
    (counts,) = connection.execute(f"select count(*){counted} from {contract.table}").fetchall()
    at_fault = dict(zip((promise.sentence for promise in marked), counts[1:], strict=True))
    for promise in contract.promises:
        if promise.is_query:
            found = _shown(connection, promise)
            yield Kept(
                promise.sentence,
                not found,
                len(found),
                tuple(found[:EXAMPLES]),
                promise.weight,
                subjects=subjects(promise, found),
            )
        else:
            yield _of_rows(connection, promise, at_fault[promise.sentence], counts[0])


def _of_rows(
    connection: duckdb.DuckDBPyConnection, promise: Promise, at_fault: int, rows: int
) -> Kept:
    if not at_fault:
        return Kept(promise.sentence, True, 0, (), promise.weight)
    is_kept = (rows - at_fault) / rows >= 1 - promise.at_most
    examples = tuple(_shown(connection, promise, EXAMPLES))
    return Kept(promise.sentence, is_kept, at_fault, examples, promise.weight, at_fault / rows)


def _shown(
    connection: duckdb.DuckDBPyConnection, promise: Promise, limit: int | None = None
) -> list[str]:
    only = "" if limit is None else f" limit {limit}"
    rows = connection.execute(f"{promise.keys_at_fault}{only}").fetchall()
    return [str(row[0]) for row in rows]


def subjects(promise: Promise, shown: Iterable[str]) -> tuple[str, ...]:
    """Return which columns, values or days a comparison finds odd, without the figures."""
    return tuple(sorted({text.split(": ")[0] for text in shown})) if promise.compares else ()
