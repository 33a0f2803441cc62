"""What a delivery looks like in figures.

The figures are shares, counts and sums. Of columns without declared values, values that many rows
share are kept as hashes under the warehouse's salt only. What is made of them stands in the module
comparisons.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from customer_segments.inputs.layout import Column, Table
from customer_segments.inputs.memory import Profile
from customer_segments.sql import literal, name

NEWEST_DAYS = 28
"""How many days of a file are its new part."""

COMMON = 3
"""Rows that share a value before the value's hash is kept."""

# What is compared with the last delivery, and what the newest days with those before.
_OF_THE_PAST = ("rows", "empty", "common", "form", "value", "largest", "day", "hour", "month")
_OF_NEW_AND_OLD = ("rows", "empty", "shape", "value", "median")
_COLUMNS = "table_name varchar, measure varchar, column_name varchar, value varchar, figure double"


def closed_days(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], as_of: date
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


def make_figures(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    until: Mapping[str, str],
    last: Profile | None,
    keyed: Callable[[str], str],
) -> list[tuple[Any, ...]]:
    """Make the tables of figures that are compared, in the schema profile, and return those of the
    rows before the days in `until`, for the next delivery. `keyed` hashes under the salt.

    `before` and `newest` are of the parts of the files, `past` of the rows that the last delivery
    had, `last` its figures.
    """
    connection.execute("create schema if not exists profile")
    connection.create_function("keyed", keyed, ["VARCHAR"], "VARCHAR")
    for target in ("current", "before", "newest", "past", "last"):
        connection.execute(f"create table profile.{target} ({_COLUMNS})")
    for table in tables:
        _measure(connection, "current", table, _before(table, until), _OF_THE_PAST)
        if table.name in until:
            newest = date.fromisoformat(until[table.name])
            day = f"date {literal(newest - timedelta(days=NEWEST_DAYS))}"
            _measure(connection, "before", table, f"{table.day} < {day}", _OF_NEW_AND_OLD)
            rows = f"{table.day} >= {day} and {table.day} <= date {literal(newest)}"
            _measure(connection, "newest", table, rows, _OF_NEW_AND_OLD)
        if last and last.until.get(table.name) != until.get(table.name):
            _measure(connection, "past", table, _before(table, last.until), _OF_THE_PAST)
        elif last:
            connection.execute(
                "insert into profile.past from profile.current where table_name = ?", [table.name]
            )
    for target in ("current", "past"):
        connection.execute(
            f"update profile.{target} set value = keyed(value) where measure = 'common'"
        )
    if last and last.figures:
        connection.execute(
            "insert into profile.last"
            " select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)",
            [list(column) for column in zip(*last.figures, strict=True)],
        )
    return connection.execute("select * from profile.current order by all").fetchall()


def _before(table: Table, days: Mapping[str, str]) -> str:
    day = days.get(table.name)
    return f"{table.day} < date {literal(day)}" if day and table.day else "true"


def _measure(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    table: Table,
    rows: str,
    measures: Sequence[str],
) -> None:
    connection.execute(
        f"create or replace temp view chosen as from readings.{table.name} where {rows}"
    )
    queries = _queries(table)
    connection.execute(
        f"insert into profile.{target} select {literal(table.name)}, * from ("
        + " union all ".join(queries[measure] for measure in measures if measure in queries)
        + ")"
    )


def _queries(table: Table) -> dict[str, str]:
    """Return a query of the rows in `chosen` by measure: measure, column, value, figure."""
    plain = _long([c for c in table.columns if c.reads_as is None], lambda c: name(c.name))
    numbers = _long(
        [c for c in table.columns if c.reads_as in _NUMBERS],
        lambda column: f"cast({column.value} as double)",
        "double",
        table.day or "cast(null as date)",
    )
    of_numbers = f"from {numbers} where shown is not null group by column_name"
    queries = {
        "rows": "select 'rows', '', '', cast(count(*) as double) from chosen",
        "empty": "select 'empty', column_name, '', avg(case when shown is null then 1 else 0 end)"
        f" from {_long(table.columns, lambda column: name(column.name))} group by column_name",
        "common": "select 'common', column_name, left(md5(shown), 12), count(*) / sum(count(*))"
        f" over (partition by column_name) from {plain} where shown is not null"
        f" group by column_name, shown qualify count(*) >= {COMMON} and row_number()"
        " over (partition by column_name order by count(*) desc, shown) <= 200",
        "form": _shares("form", _long([c for c in table.columns if _has_form(c)], _form)),
        "shape": _shares("shape", _long([c for c in table.columns if _has_shape(c)], _shape)),
        "value": _shares("value", _long([c for c in table.columns if _is_listed(c)], _listed)),
        "median": f"select 'median', column_name, '', median(shown) {of_numbers}",
        "largest": f"select 'largest', column_name, '', max(abs(shown)) {of_numbers}",
    }
    if table.day:
        hour = f"strftime({name(table.checks['day'] + '_read')}, '%H h')"
        queries |= {
            "day": f"select 'day', '', cast({table.day} as varchar), count(*) from chosen"
            " group by all",
            "hour": _shares("hour", f"(select '' as column_name, {hour} as shown from chosen)"),
            "month": "select 'month', column_name, strftime(day, '%Y-%m') as month, sum(shown)"
            f" from {numbers} where shown is not null and day is not null group by all",
        }
    return queries


_LISTED = ("one_of", "yes_or_no")
_NUMBERS = ("amount", "whole_number")


def _long(
    columns: Sequence[Column],
    expression: Callable[[Column], str],
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


def _is_listed(column: Column) -> bool:
    return column.reads_as in _LISTED or bool(column.checks.get("steady"))


def _listed(column: Column) -> str:
    """Return SQL of a value if it is one of the declared, or of a column that is said to have few
    and steady ones: any other may be personal data.
    """
    if column.checks.get("steady"):
        return f"upper({name(column.name)})"
    listed = ", ".join(literal(value) for value in column.checks.get("values", ["true", "false"]))
    read = f"cast({column.value} as varchar)"
    return f"case when {read} in ({listed}) then {read} end"


def _has_form(column: Column) -> bool:
    dated = column.reads_as in ("timestamp", "date")
    is_key = "unique" in column.checks or column.name.endswith("_id")
    return dated or is_key or column.name == "email"


def _form(column: Column) -> str:
    """Return SQL of a value's form: A for capitals, a for small letters, 9 for each digit.

    The digits of an address are left out.
    """
    return _patterned(column, "\\d")


def _has_shape(column: Column) -> bool:
    """Return whether a column's new values look like its old ones, if all is well.

    Names that people give, such as those of campaigns, need not.
    """
    return _has_form(column) and (
        column.reads_as is not None
        or "unique" in column.checks
        or "refers_to" in column.checks
        or column.name == "email"
    )


def _shape(column: Column) -> str:
    """Return SQL of a value's form, however many digits its numbers have: keys that count gain one
    now and then.
    """
    return _patterned(column, "\\d+")


def _patterned(column: Column, digits: str) -> str:
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
