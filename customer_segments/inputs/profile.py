"""What a delivery looks like in figures.

The figures are shares, counts and sums. Of columns without declared values, values that many rows
share are kept as hashes under the warehouse's salt only. What is made of them stands in the module
comparisons.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb

from customer_segments.inputs.contract import RawColumn, RawTable
from customer_segments.sql import literal, name

NEWEST_DAYS = 28
"""How many days of a file are its new part."""

COMMON = 3
"""Rows that share a value before the value's hash is kept."""

_COLUMNS = "table_name varchar, measure varchar, column_name varchar, value varchar, figure double"


@dataclass(frozen=True)
class Oddity:
    """A promise that a delivery broke and that did not stop its build.

    `share` and `subjects` say how far, as in an outcome.
    """

    check: str
    share: float
    subjects: Sequence[str]
    is_accepted: bool


@dataclass(frozen=True)
class Profile:
    """The figures of one delivery; `until` is the day before which each table's rows count.

    `batch` tells the delivery from all others, `oddities` is what was odd about it and built all
    the same.
    """

    batch: str
    until: Mapping[str, str]
    figures: Sequence[Sequence[Any]]
    oddities: Sequence[Oddity] = field(default=())

    def rows(self, table: str) -> float:
        """Return how many rows of a table counted."""
        return self.figure(table, "rows")

    def figure(self, table: str, measure: str) -> float:
        """Return a figure of a whole table, 0 where there is none."""
        found = (row[4] for row in self.figures if row[0] == table and row[1] == measure)
        return float(next(found, 0))


def closed_days(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[RawTable], as_of: date
) -> dict[str, str]:
    """Return for each table with days the newest one up to `as_of`: what is before it is past."""
    until = {}
    for table in tables:
        if table.day:
            ((newest,),) = connection.execute(
                f"select max({table.day}) from {table.name} where {table.day} <= ?", [as_of]
            ).fetchall()
            if newest:
                until[table.name] = newest.isoformat()
    return until


def take_profile(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[RawTable],
    batch: str,
    until: Mapping[str, str],
    erased: Mapping[str, int],
) -> Profile:
    """Return the figures of the rows before the days given, and how many rows are blank."""
    connection.execute("create schema if not exists profile")
    _measure(connection, "current", tables, lambda table: _before(table, until))
    figures = connection.execute("select * from profile.current order by all").fetchall()
    figures += [(table, "erased", "", "", count) for table, count in sorted(erased.items())]
    return Profile(batch, until, figures)


def prepare(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[RawTable],
    until: Mapping[str, str],
    last: Profile | None,
    keyed: Callable[[str], str],
) -> None:
    """Make the tables of figures that the promises compare; `keyed` hashes under the salt."""
    connection.execute("create schema if not exists profile")
    connection.create_function("keyed", keyed, ["VARCHAR"], "VARCHAR")
    dated = [table for table in tables if table.name in until]
    since = {
        table: (date.fromisoformat(day) - timedelta(days=NEWEST_DAYS)).isoformat()
        for table, day in until.items()
    }
    _measure(connection, "before", dated, lambda table: _before(table, since))
    _measure(
        connection,
        "newest",
        dated,
        lambda table: (
            f"{table.day} >= date {literal(since[table.name])}"
            f" and {table.day} <= date {literal(until[table.name])}"
        ),
    )
    if last:
        _measure(connection, "past", tables, lambda table: _before(table, last.until))
        connection.execute(f"create table profile.last ({_COLUMNS})")
        if last.figures:
            connection.execute(
                "insert into profile.last"
                " select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)",
                [list(column) for column in zip(*last.figures, strict=True)],
            )


def _before(table: RawTable, days: Mapping[str, str]) -> str:
    day = days.get(table.name)
    return f"{table.day} < date {literal(day)}" if day and table.day else "true"


def _measure(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    tables: Sequence[RawTable],
    rows: Callable[[RawTable], str],
) -> None:
    connection.execute(f"create or replace table profile.{target} ({_COLUMNS})")
    for table in tables:
        connection.execute(
            f"create or replace temp table chosen as select * from readings.{table.name}"
            f" where {rows(table)}"
        )
        figures = " union all ".join(_figures(table))
        connection.execute(
            f"insert into profile.{target} select {literal(table.name)}, * from ({figures})"
        )
    connection.execute("drop table if exists chosen")
    connection.execute(f"update profile.{target} set value = keyed(value) where measure = 'common'")


def _figures(table: RawTable) -> Iterator[str]:
    """Yield a query for each measure: measure, column, value, figure."""
    yield "select 'rows', '', '', cast(count(*) as double) from chosen"
    texts = _long(table.columns, lambda column: name(column.name))
    yield (
        "select 'empty', column_name, '', avg(case when shown is null then 1 else 0 end)"
        f" from {texts} group by column_name"
    )
    plain = _long([c for c in table.columns if c.reads_as is None], lambda c: name(c.name))
    yield (
        "select 'common', column_name, left(md5(shown), 12), count(*) / sum(count(*))"
        f" over (partition by column_name) from {plain} where shown is not null"
        f" group by column_name, shown qualify count(*) >= {COMMON} and row_number()"
        " over (partition by column_name order by count(*) desc, shown) <= 200"
    )
    yield _shares("form", _long([c for c in table.columns if _has_form(c)], _form))
    yield _shares("shape", _long([c for c in table.columns if _has_shape(c)], _shape))
    yield _shares("value", _long([c for c in table.columns if _is_listed(c)], _listed))
    numbers = _long(
        [c for c in table.columns if c.reads_as in _NUMBERS],
        lambda column: f"cast({column.value} as double)",
        "double",
        table.day or "cast(null as date)",
    )
    yield (
        f"select 'median', column_name, '', median(shown) from {numbers} where shown is not null"
        " group by column_name"
    )
    yield (
        f"select 'largest', column_name, '', max(abs(shown)) from {numbers} where shown is not null"
        " group by column_name"
    )
    if table.day:
        yield f"select 'day', '', cast({table.day} as varchar), count(*) from chosen group by all"
        hour = name(table.promise["day"] + "_read")
        yield _shares(
            "hour", f"(select '' as column_name, strftime({hour}, '%H h') as shown from chosen)"
        )
        yield (
            "select 'month', column_name, strftime(day, '%Y-%m') as month, sum(shown)"
            f" from {numbers} where shown is not null and day is not null group by all"
        )


_LISTED = ("one_of", "yes_or_no")
_NUMBERS = ("amount", "whole_number")


def _long(
    columns: Sequence[RawColumn],
    expression: Callable[[RawColumn], str],
    kind: str = "varchar",
    day: str = "null",
) -> str:
    """Return SQL of the columns' values one below the other, with the column's name."""
    if not columns:
        return f"(select '' as column_name, cast(null as {kind}) as shown, null as day limit 0)"
    names = ", ".join(literal(column.name) for column in columns)
    values = ", ".join(expression(column) for column in columns)
    return (
        f"(select unnest([{names}]) as column_name, unnest([{values}]) as shown, {day} as day"
        " from chosen)"
    )


def _is_listed(column: RawColumn) -> bool:
    return column.reads_as in _LISTED or bool(column.promise.get("steady"))


def _listed(column: RawColumn) -> str:
    """Return SQL of a value if it is one of the declared, or of a column that is said to have few
    and steady ones: any other may be personal data.
    """
    if column.promise.get("steady"):
        return f"upper({name(column.name)})"
    listed = ", ".join(literal(value) for value in column.promise.get("values", ["true", "false"]))
    read = f"cast({column.value} as varchar)"
    return f"case when {read} in ({listed}) then {read} end"


def _has_form(column: RawColumn) -> bool:
    dated = column.reads_as in ("timestamp", "date")
    is_key = "unique" in column.promise or column.name.endswith("_id")
    return dated or is_key or column.name == "email"


def _form(column: RawColumn) -> str:
    """Return SQL of a value's form: A for capitals, a for small letters, 9 for each digit.

    The digits of an address are left out.
    """
    return _patterned(column, "\\d")


def _has_shape(column: RawColumn) -> bool:
    """Return whether a column's new values look like its old ones, if all is well.

    Names that people give, such as those of campaigns, need not.
    """
    return _has_form(column) and (
        column.reads_as is not None
        or "unique" in column.promise
        or "refers_to" in column.promise
        or column.name == "email"
    )


def _shape(column: RawColumn) -> str:
    """Return SQL of a value's form, however many digits its numbers have: keys that count gain one
    now and then.
    """
    return _patterned(column, "\\d+")


def _patterned(column: RawColumn, digits: str) -> str:
    form = name(column.name)
    digit = "" if column.name == "email" else "9"
    for pattern, letter in ((digits, digit), ("\\p{Lu}+", "A"), ("\\p{Ll}+", "a")):
        form = f"regexp_replace({form}, '{pattern}', '{letter}', 'g')"
    return f"left({form}, 30)"


def _shares(measure: str, values: str) -> str:
    """Return a query of the share of each value among the rows that have one, from 2 % on."""
    return (
        f"select {literal(measure)}, column_name, shown, count(*) / sum(count(*))"
        f" over (partition by column_name) as share from {values} where shown is not null"
        " group by column_name, shown qualify share >= 0.02"
    )
