"""Checks that compare the figures of a delivery with last time's, and its end with its beginning.

Every delivery is complete: it has the past and what is new. So comparisons tell what no rule for
single rows can see:

- the past with the past: rows from before the day on which last time's files ended are the same
  rows, so their figures hardly move;
- what explains a difference is taken off before it is judged: rows of people erased since, and in
  a table whose rows have no day, the rows that came in addition;
- the new with the old: the last weeks of a file may differ from what came before, but amounts
  don't become five times as large, nor does a column go from mostly filled to empty. This needs
  no last time.
"""

from collections.abc import Iterator
from dataclasses import replace

from customer_segments.contracts.contract import Check, Weight, no_rows
from customer_segments.inputs.layout import Table
from customer_segments.inputs.memory import Profile
from customer_segments.inputs.profile import NEWEST_DAYS
from customer_segments.sql import literal

ENOUGH = 50
"""Rows from which on shares and medians are compared."""

BUSY = 5
"""Rows of a day from which on its loss or its doubling is no correction of a few rows."""

# Measures of the rows that have a value in the column.
_OF_FILLED = ("value", "form", "shape", "common", "median", "month")


def against_last_time(
    table: Table, last: Profile, erased_now: float = 0, rows_now: int = 0
) -> Iterator[Check]:
    """Yield the checks of a table's past against the last green build.

    Figures of the same past may honestly differ by the rows erased since and, where nothing dates
    the rows, by those that came in addition.
    """
    erased = int(abs(erased_now - last.figure(table.name, "erased")))
    rows = last.figure(table.name, "rows")
    added = 0.0 if table.day else max(0.0, 1 - rows / max(rows_now, 1))
    share = min(1.0, erased / max(rows - erased, 1) + added)
    for check in _against_last_time(table, rows, erased, share):
        yield replace(check, weight=Weight.MOVED)


def _against_last_time(table: Table, rows: float, erased: int, share: float) -> Iterator[Check]:
    fewer = f"was - is_now > 0.03 * was + {erased} and was - is_now > 3"
    more = f"is_now - was > 0.03 * was + {erased} and is_now - was > 3"
    if not table.day:
        more = f"was >= {ENOUGH} and is_now >= 2 * was"
    yield _compared(
        table,
        "has about the number of rows of last time",
        "rows",
        f"({fewer}) or ({more})",
        "'rows: ' || round(was) || ', now ' || round(is_now)",
    )
    if table.day:
        yield _compared(
            table,
            "no day lost the rows of last time or has them twice",
            "day",
            f"was >= {BUSY} and (is_now >= 2 * was or (is_now = 0 and {erased} <"
            f" (select sum(was) from joined where was >= {BUSY} and is_now = 0)))",
            "value || ': ' || round(was) || ' rows, now ' || round(is_now)",
        )
        yield no_rows(
            f"{table.name} has its rows on the days of last time",
            _joined(table, "day", ENOUGH)
            + "select 'days: ' || round(100 * sum(abs(is_now - was)) / sum(was), 1) || ' % of the"
            " rows moved' as shown from joined"
            f" having sum(abs(is_now - was)) > 0.05 * sum(was) + {erased}",
        )
    if rows < ENOUGH:
        return
    moved = f"greatest(abs(is_now - was) - {share}, 0)"
    for measure, sentence in (
        ("empty", "the share of empty values of last time"),
        ("value", "the shares of the values of last time"),
        ("hour", "its rows at the hours of last time"),
        ("form", "the forms of keys, dates and addresses of last time"),
    ):
        yield _compared(
            table,
            f"has {sentence}",
            measure,
            # A small share that is gone counts as well: refunds are few. Below 2 % none is kept.
            f"{moved} > 0.05 or ({moved} > 0.02 and greatest(is_now, was) >= 0.03"
            " and least(is_now, was) < greatest(is_now, was) / 3)",
            "trim(column_name || ' ' || value) || ': '"
            " || round(100 * was) || ' % of the rows, now ' || round(100 * is_now) || ' %'",
            ENOUGH,
        )
    yield no_rows(
        f"{table.name} has the common values of last time",
        _joined(table, "common", ENOUGH)
        + "select column_name || ': its common values made up ' || round(100 * sum(was))"
        " || ' % of the rows, now ' || round(100 * sum(least(was, is_now))) || ' %' as shown"
        " from joined where was > 0 group by column_name"
        " having sum(was) >= 0.05"
        f" and sum(was) - sum(least(was, is_now)) > 0.5 * sum(was) + {share}"
        " order by column_name",
    )
    yield no_rows(
        f"{table.name} has the monthly sums of last time",
        _joined(table, "month", ENOUGH)
        + "select column_name || ': ' || round(100 * sum(abs(is_now - was)) / sum(abs(was)), 1)"
        " || ' % of its sum moved' as shown from joined group by column_name"
        f" having sum(abs(is_now - was)) > 0.1 * sum(abs(was)) + {erased} * coalesce(("
        "select max(figure) from profile.last where measure = 'largest'"
        f" and table_name = {literal(table.name)} and last.column_name = joined.column_name), 0)"
        " order by column_name",
    )


def new_against_old(table: Table) -> Iterator[Check]:
    """Yield the checks of a table's newest weeks against what came before in the file."""
    pair = ("before", "newest")
    for measure, sentence in (
        ("empty", "no column stopped, or began, to be filled"),
        ("value", "no value took the place of another"),
        ("shape", "no key, date or address changed its form"),
    ):
        yield _compared(
            table,
            f"{sentence} in the newest {NEWEST_DAYS} days",
            measure,
            "abs(is_now - was) > 0.5",
            "trim(column_name || ' ' || value) || ': '"
            " || round(100 * was) || ' % of the rows before, now ' || round(100 * is_now) || ' %'",
            ENOUGH,
            pair,
        )
    yield _compared(
        table,
        f"amounts are of the size they were in the newest {NEWEST_DAYS} days",
        "median",
        "was > 0 and (is_now > 5 * was or is_now < was / 5)",
        "column_name || ': median ' || round(was, 2) || ' before, now ' || round(is_now, 2)",
        ENOUGH,
        pair,
    )


def _compared(
    table: Table,
    sentence: str,
    measure: str,
    differs: str,
    shown: str,
    enough: int = 0,
    pair: tuple[str, str] = ("last", "past"),
) -> Check:
    return no_rows(
        f"{table.name}: {sentence}"
        if sentence.startswith("no ") or pair[0] == "before"
        else f"{table.name} {sentence}",
        _joined(table, measure, enough, pair)
        + f"select {shown} as shown from joined where {differs}"
        " order by abs(is_now - was) desc, column_name, value",
        weight=Weight.ODD,
    )


def _joined(
    table: Table,
    measure: str,
    enough: int,
    pair: tuple[str, str] = ("last", "past"),
) -> str:
    """Return the beginning of a query: the figures of a measure, then and now, side by side."""
    was, now = pair
    sides = ", ".join(
        f"{side} as (select column_name, value, figure from profile.{source}"
        f" where table_name = {literal(table.name)} and measure = {literal(measure)})"
        for side, source in (("older", was), ("newer", now))
    )
    rows = " and ".join(
        f"coalesce((select max(figure) from profile.{source} where measure = 'rows'"
        f" and table_name = {literal(table.name)}), 0) >= {enough}"
        for source in pair
    )
    # Few values in a column say nothing, however many rows there are.
    filled = "".join(
        f" and column_name in (select column_name from profile.{source} where measure = 'empty'"
        f" and table_name = {literal(table.name)} and (1 - figure) * (select max(figure)"
        f" from profile.{source} where measure = 'rows' and table_name = {literal(table.name)})"
        f" >= {enough})"
        for source in pair
        if measure in _OF_FILLED
    )
    # A median has no value of 0: where a column has none on one side, there is nothing to compare.
    join = "inner" if measure == "median" else "full"
    return (
        f"with {sides}, joined as (select column_name, value, coalesce(older.figure, 0) as was,"
        f" coalesce(newer.figure, 0) as is_now from older {join} join newer"
        f" using (column_name, value) where {rows}"
        # A column whose check is new was not measured last time.
        f" and column_name in (select column_name from older){filled}) "
    )
