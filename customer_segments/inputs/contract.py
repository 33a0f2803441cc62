"""The input contract's checks of rows, and the tables on which they are made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.contracts.contract import Check, Weight
from customer_segments.database import parquet_rows
from customer_segments.dbt import PROJECT
from customer_segments.inputs.layout import Column, Table, known
from customer_segments.macros import Macros
from customer_segments.people.people import ERASED, MARKED
from customer_segments.sql import literal, name

INVALID_SHARE = 0.02
"""Share of a column's filled rows that may be at fault; staging rejects them one by one."""

FEW = 20
"""So many rows at fault are always let through: shares of small files mean little."""

_WORDS = {
    "timestamp": "a date and time",
    "date": "a date",
    "amount": "an amount",
    "whole_number": "a whole number",
    "yes_or_no": "yes or no",
}


@dataclass(frozen=True)
class _Fault:
    """What is wrong with rows of which `condition` is true; `filled` is SQL that is not NULL where
    a row counts, and `at_most` the share of those that may be at fault.
    """

    sentence: str
    condition: str
    at_most: float
    column: str | None
    filled: str
    weight: Weight


def readings(variables: Mapping[str, Any]) -> dict[str, str]:
    """Return how staging reads a text, by kind; `it_column` stands for the column. `as_of` is the
    day whose segments are wanted.
    """
    macros = Macros(variables)
    return {"word": macros.call("word_key", "it_column"), "as_of": macros.call("as_of")}


def make_tables(
    connection: duckdb.DuckDBPyConnection,
    known: Sequence[Table],
    tables: Sequence[Table],
    loaded: Path,
    read: Mapping[str, str],
) -> None:
    """Read all known tables as staging does, into the schema readings; make of each one wanted a
    table with a column for each check of rows, which is filled where a row is at fault.
    """
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create schema readings")
    for table in known:
        # Erased people's rows are blank but for marks; no check holds of them.
        kept = [
            f"{name(column.name)} is distinct from '{ERASED}'"
            for column in table.columns
            if column.name in MARKED
        ]
        connection.execute(
            f"create view readings.{table.name} as select {', '.join(_read(table, read))}"
            f" from {parquet_rows(loaded / table.name)}"
            f" where {' and '.join(kept) or 'true'}"
        )
    for table in tables:
        faults = "".join(
            f", case when {fault.condition} then {_key(table)} end as {name(fault.sentence)}"
            for fault in _faults(table)
        )
        connection.execute(
            f"create table {table.name} as select *{faults} from readings.{table.name} as"
            f" {table.name}"
        )


def erased_rows(connection: duckdb.DuckDBPyConnection, table: Table, loaded: Path) -> int:
    """Return how many rows of a table are blank because their person was erased."""
    ((rows,),) = connection.execute(
        f"select (select count(*) from {parquet_rows(loaded / table.name)})"
        f" - (select count(*) from readings.{table.name})"
    ).fetchall()
    return int(rows)


def row_checks(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Check]:
    """Return the checks of a table's rows; shares of filled rows are turned into shares of all, and
    a few rows always pass.
    """
    faults = list(_faults(table))
    counts = ", ".join(f"count({fault.filled})" for fault in faults) or "0"
    ((rows, *filled),) = connection.execute(
        f"select count(*), {counts} from {table.name}"
    ).fetchall()
    return [
        Check(
            fault.sentence,
            "ExpectColumnValuesToBeNull",
            {"column": fault.sentence},
            fault.column,
            f"select {name(fault.sentence)} from {table.name}"
            f" where {name(fault.sentence)} is not null order by source_file, source_row_number",
            min(1.0, max(fault.at_most * count, FEW) / rows) if rows else 0.0,
            fault.weight,
        )
        for fault, count in zip(faults, filled, strict=False)
    ]


def _read(table: Table, read: Mapping[str, str]) -> Iterator[str]:
    yield "source_file"
    yield "source_row_number"
    for column in table.columns:
        own = name(column.name)
        if column.reads_as == "one_of":
            yield own
            yield f"{_mapped(column, f'lower({own})', read)} as {column.value}"
        elif column.reads_as:
            unread = f"json_extract_string(unread_values, {literal('$.' + column.name)})"
            yield f"coalesce(cast({own} as varchar), {unread}) as {own}"
            yield f"{own} as {column.value}"
        else:
            yield f"cast({own} as varchar) as {own}"


def _mapped(column: Column, value: str, read: Mapping[str, str]) -> str:
    """Return SQL of a value, or of what the column's seed says that the word means.

    NULL where it means nothing: no check is made of the row then.
    """
    seed = column.checks.get("mapped_by")
    if seed is None:
        return value
    words = literal(PROJECT / "seeds" / "reference" / f"{seed}.csv")
    meant = (
        f"select any_value(words.meaning) from (select sender_word,"
        f" coalesce({name(column.name)}, '') as meaning"
        f" from read_csv({words}, header = true, all_varchar = true)) as words"
        f" where {_with(read['word'], 'sender_word')} = {_with(read['word'], column.name)}"
    )
    return f"nullif(coalesce(({meant}), {value}), '')"


def _with(expression: str, column: str) -> str:
    return expression.replace("it_column", name(column))


def _key(table: Table) -> str:
    """Return SQL that names a row: its key where that is surely no personal data, else its place.

    A key column may hold an address by mistake, so only what looks like a key is shown.
    """
    row = "'row ' || source_row_number"
    if table.key is None:
        return row
    key = name(table.key)
    return f"case when regexp_full_match({key}, '[\\w-]{{1,40}}') then {key} else {row} end"


def _faults(table: Table) -> Iterator[_Fault]:
    for column in table.columns:
        yield from _column_faults(table, column)
    for check in table.checks.get("rows", []):
        known(check, ("says", "at_fault", "at_most"), f"a check of {table.name}")
        share = check.get("at_most", INVALID_SHARE)
        yield _Fault(check["says"], f"({check['at_fault']})", share, None, "1", Weight.ODD)


def _column_faults(table: Table, column: Column) -> Iterator[_Fault]:
    given, own = column.checks, name(column.name)
    share = given.get("at_most", INVALID_SHARE)

    def fault(
        sentence: str, condition: str, filled: str = own, weight: Weight = Weight.HARD
    ) -> _Fault:
        return _Fault(f"{column.name} {sentence}", condition, share, column.name, filled, weight)

    if column.required and (table.name, column.name) != ("contacts", "email"):
        yield fault("is filled", f"{own} is null", "1")
    if given.get("unique"):
        repeated = (
            f"row_number() over (partition by {own} order by source_file, source_row_number) > 1"
        )
        yield fault("is unique", f"{own} is not null and {repeated}")
    if column.reads_as in _WORDS:
        unread = f"{own} is not null and {column.value} is null"
        yield fault(f"is {_WORDS[column.reads_as]}", unread)
    if "values" in given:
        values = ", ".join(literal(value) for value in given["values"])
        seed = given.get("mapped_by")
        words = f", or a word in seeds/reference/{seed}.csv" if seed else ""
        yield fault(
            f"is one of {', '.join(given['values'])}{words}",
            f"{column.value} not in ({values})",
            weight=Weight.ODD,
        )
    if "pattern" in given:
        pattern = given["pattern"]
        yield fault(
            f"has the form {pattern}",
            f"not regexp_full_match({own}, {literal(pattern)}, 's')",
            weight=Weight.ODD,
        )
    if "minimum" in given:
        yield fault(
            f"is at least {given['minimum']}",
            f"{column.value} < {given['minimum']}",
            weight=Weight.ODD,
        )
    if "refers_to" in given:
        other, key = given["refers_to"].split(".")
        missing = f"{own} not in (select {key} from readings.{other} where {key} is not null)"
        yield fault(f"is among {other}.{key}", missing)
