"""Checks that sources are fresh: contacts, consent, the suppression list, each file of events.

What counts is the day on which the bulk of a source's rows ends. The newest rows are left out of
it, 1 % of a year's and at least one, because a single date in the wrong century must not make a
stale file look fresh. A source that is naturally rare may wait for longer than is asked: for
`PATIENCE` times its usual gap, which, if its rows come at random, it exceeds less than once in 300
times.
"""

from collections.abc import Iterator
from datetime import date

from customer_segments.contracts.contract import Check, Weight, no_rows
from customer_segments.inputs.layout import Table, known
from customer_segments.sql import literal, name

SET_ASIDE = 0.01
"""Share of a year's rows whose newest dates are not believed."""

PATIENCE = 8
"""How many usual gaps a rare source may wait; with one row set aside, the wait is for two rows."""

ENOUGH = 10
"""Rows from which on a source has a bulk."""


def freshness(table: Table, as_of: date) -> Iterator[Check]:
    """Yield that the sources in a table reach up to the day wanted."""
    for source, asked in table.checks.get("fresh", {}).items():
        known(asked, ("by", "within_days"), f"fresh of {table.name}")
        yield no_rows(
            f"{table.name}: the bulk of {source} ends within {asked['within_days']} days before"
            " the day wanted",
            _stale(table, asked["by"], int(asked["within_days"]), as_of),
            weight=Weight.STALE,
        )


def _stale(table: Table, columns: list[str], within_days: int, as_of: date) -> str:
    """Return SQL of one row that says when a source ends, if that is too long ago."""
    day = f"date {literal(as_of)}"
    # What is dated later says nothing about today.
    dates = ", ".join(
        f"case when {name(column + '_read')} < {day} + 1"
        f" then cast({name(column + '_read')} as date) end"
        for column in columns
    )
    return (
        f"with dated as (select greatest({dates}) as day from {table.name}),"
        " newest_first as (select day, row_number() over (order by day desc) as place,"
        " count(*) over () as row_count from dated where day is not null),"
        " year_before_bulk_end as (select day, place from newest_first where day > ("
        f"select max(day) - 365 from newest_first where place > {SET_ASIDE} * row_count"
        " and place > 1)),"
        " bulk as (select max(day) as ends_on, min(day) as begins_on, count(*) as row_count"
        f" from year_before_bulk_end where place > 1 and place > {SET_ASIDE} *"
        " (select count(*) from year_before_bulk_end))"
        f" select 'it ends on ' || ends_on as shown from bulk"
        f" where (select count(*) from newest_first) >= {ENOUGH} and {day} - ends_on"
        f" > greatest({within_days}, {PATIENCE} * (ends_on - begins_on) / row_count)"
    )
