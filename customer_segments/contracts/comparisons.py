"""Promises that compare the figures of a delivery with last time's, and its end with its beginning.

Every delivery is complete: it has the past and what is new. So two comparisons tell what no rule
for single rows can see:

- the past with the past: rows from before the day on which last time's files ended are the same
  rows, so their figures hardly move;
- the new with the old: the last weeks of a file may differ from what came before, but amounts
  don't become five times as large, nor does a column go from mostly filled to empty. This needs
  no last time.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from customer_segments.contracts.contract import Promise, rows_expectation
from customer_segments.contracts.profile import NEWEST_DAYS, Profile
from customer_segments.contracts.raw import RawTable
from customer_segments.sql import literal

ENOUGH = 50
"""Rows from which on shares and medians are compared."""

BUSY = 5
"""Rows of a day from which on its loss or its doubling is no correction of a few rows."""


def against_last_time(table: RawTable, last: Profile) -> Iterator[Promise]:
    """Yield what the past of a table keeps to, against the last green build."""
    yield _compared(
        table,
        "has about the number of rows of last time",
        "rows",
        "abs(is_now - was) > 0.03 * was and abs(is_now - was) > 3",
        "value || round(was) || ' rows, now ' || round(is_now)",
    )
    if table.day:
        yield _compared(
            table,
            "no day lost the rows of last time or has them twice",
            "day",
            f"was >= {BUSY} and (is_now = 0 or is_now >= 2 * was)",
            "value || ': ' || round(was) || ' rows, now ' || round(is_now)",
        )
        yield rows_expectation(
            f"{table.name} has its rows on the days of last time",
            _joined(table, "day", ENOUGH)
            + "select round(100 * sum(abs(is_now - was)) / sum(was), 1) || ' % of the rows moved'"
            " as shown from joined having sum(abs(is_now - was)) > 0.05 * sum(was)",
        )
    if last.rows(table.name) < ENOUGH:
        return
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
            # A small share that is gone counts as well: refunds are few.
            "abs(is_now - was) > 0.05"
            " or (greatest(is_now, was) >= 0.03"
            " and least(is_now, was) < greatest(is_now, was) / 3)",
            "trim(column_name || ' ' || value) || ': '"
            " || round(100 * was) || ' % of the rows, now ' || round(100 * is_now) || ' %'",
            ENOUGH,
        )
    yield rows_expectation(
        f"{table.name} has the common values of last time",
        _joined(table, "common", ENOUGH)
        + "select column_name || ': its common values made up ' || round(100 * sum(was))"
        " || ' % of the rows, now ' || round(100 * sum(least(was, is_now))) || ' %' as shown"
        " from joined where was > 0 group by column_name"
        " having sum(was) >= 0.05 and sum(least(was, is_now)) < 0.5 * sum(was)"
        " order by column_name",
    )
    yield rows_expectation(
        f"{table.name} has the monthly sums of last time",
        _joined(table, "month", ENOUGH)
        + "select column_name || ': ' || round(100 * sum(abs(is_now - was)) / sum(abs(was)), 1)"
        " || ' % of its sum moved' as shown from joined group by column_name"
        " having sum(abs(is_now - was)) > 0.1 * sum(abs(was)) order by column_name",
    )


def new_against_old(table: RawTable) -> Iterator[Promise]:
    """Yield what the newest weeks of a table keep to, against what came before in the file."""
    pair = ("before", "newest")
    for measure, sentence in (
        ("empty", "no column stopped, or began, to be filled"),
        ("value", "no value took the place of another"),
        ("form", "no key, date or address changed its form"),
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


def freshness(table: RawTable, as_of: date, until: Mapping[str, str]) -> Iterator[Promise]:
    """Yield that a table reaches up to the day wanted."""
    days = table.promise.get("newest_within_days")
    if days is None or table.name not in until:
        return
    yield rows_expectation(
        f"{table.name} has rows of the {days} days before {as_of}",
        f"select 'newest: ' || max({table.day}) as shown from {table.name}"
        f" where {table.day} <= date '{as_of}' having count(*) >= {ENOUGH}"
        f" and max({table.day}) < date '{as_of}' - {days}",
    )


def _compared(
    table: RawTable,
    sentence: str,
    measure: str,
    differs: str,
    shown: str,
    enough: int = 0,
    pair: tuple[str, str] = ("last", "past"),
) -> Promise:
    return rows_expectation(
        f"{table.name}: {sentence}"
        if sentence.startswith("no ") or pair[0] == "before"
        else f"{table.name} {sentence}",
        _joined(table, measure, enough, pair)
        + f"select {shown} as shown from joined where {differs}"
        " order by abs(is_now - was) desc, column_name, value",
    )


def _joined(
    table: RawTable,
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
    # A median has no value of 0: where a column has none on one side, there is nothing to compare.
    join = "inner" if measure == "median" else "full"
    return (
        f"with {sides}, joined as (select column_name, value, coalesce(older.figure, 0) as was,"
        f" coalesce(newer.figure, 0) as is_now from older {join} join newer"
        f" using (column_name, value) where {rows}"
        # A column whose promise is new was not measured last time.
        " and column_name in (select column_name from older)) "
    )
