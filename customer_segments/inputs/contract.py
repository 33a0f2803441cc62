"""The input contract as checks for Great Expectations: what `make contracts` says of files without
a build. A build finds the same in SQL, and more (models/staging/batches).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.contracts.contract import Check, Contract
from customer_segments.database import parquet_rows
from customer_segments.dbt import PROJECT
from customer_segments.inputs.layout import Column, Table, known
from customer_segments.people.people import ERASED, MARKED
from customer_segments.sql import literal, name

INVALID_SHARE = 0.02
"""Share of a column's filled rows that may be at fault; staging rejects them one by one."""

FEW = 20
"""So many rows at fault are always let through: shares of small files mean little."""

_WORDS = {
    "timestamp": "a date and time",
    "date": "a date",
    "decimal": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
}
_IN_WORD = r"regexp_replace(lower({}), '[^\p{{L}}\p{{N}}]', '', 'g')"


@dataclass(frozen=True)
class _Fault:
    """What is wrong with rows of which `condition` is true; `filled` is SQL that is not NULL where
    a row counts, and `at_most` the share of those that may be at fault.
    """

    sentence: str
    condition: str
    at_most: float
    filled: str
    column: str | None = None
    is_hard: bool = True


def input_contracts(database: Path, tables: Sequence[Table], loaded: Path) -> list[Contract]:
    """Make a database with a column for each check of rows, which is filled where a row is at
    fault, and return the contracts of its tables. Raises UserError when a check is none.
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema input")
        for table in tables:
            # Erased people's rows are blank but for marks; no check holds of them.
            kept = [
                f"{name(column.name)} is distinct from '{ERASED}'"
                for column in table.columns
                if column.name in MARKED
            ]
            connection.execute(
                f"create view input.{table.name} as select *"
                f" from {parquet_rows(loaded / table.name)} where {' and '.join(kept) or 'true'}"
            )
        return [_contract(connection, table) for table in tables]


def _contract(connection: duckdb.DuckDBPyConnection, table: Table) -> Contract:
    faults = list(_faults(table))
    columns = "".join(
        f", case when {fault.condition} then {_key(table)} end as {name(fault.sentence)}"
        for fault in faults
    )
    connection.execute(f"create table {table.name} as select *{columns} from input.{table.name}")
    counts = ", ".join(["count(*)", *(f"count({fault.filled})" for fault in faults)])
    ((rows, *filled),) = connection.execute(f"select {counts} from {table.name}").fetchall()
    checks = [
        Check(
            fault.sentence,
            "ExpectColumnValuesToBeNull",
            {"column": fault.sentence},
            fault.column,
            f"select {name(fault.sentence)} from {table.name}"
            f" where {name(fault.sentence)} is not null order by source_file, source_row_number",
            min(1.0, max(fault.at_most * count, FEW) / rows) if rows else 0.0,
            fault.is_hard,
        )
        for fault, count in zip(faults, filled, strict=True)
    ]
    return Contract(table.name, "main", tuple(checks))


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
        known(check, ("says", "at_fault"), f"a check of {table.name}")
        yield _Fault(check["says"], f"({check['at_fault']})", INVALID_SHARE, "1", is_hard=False)


def _column_faults(table: Table, column: Column) -> Iterator[_Fault]:
    given, own = column.checks, name(column.name)
    share = given.get("at_most", INVALID_SHARE)
    unread = f"json_extract_string(unread_values, {literal('$.' + column.name)})"
    if column.required and (table.name, column.name) != ("contacts", "email"):
        condition = f"{own} is null and {unread} is null"
        yield _Fault(f"{column.name} is filled", condition, share, "1", column.name)
    if given.get("unique"):
        repeated = f"row_number() over (partition by {own} order by source_file, source_row_number)"
        condition = f"{own} is not null and {repeated} > 1"
        yield _Fault(f"{column.name} is unique", condition, share, own, column.name)
    words = _WORDS.get(column.data_type.partition("(")[0])
    if words:
        condition, filled = f"{unread} is not null", f"coalesce(cast({own} as varchar), {unread})"
        yield _Fault(f"{column.name} is {words}", condition, share, filled, column.name)
    if "values" in given:
        values = ", ".join(literal(value) for value in given["values"])
        seed = given.get("mapped_by")
        condition, mapped = f"lower({own}) not in ({values})", ""
        if seed:
            mapped = f", or a word in seeds/reference/{seed}.csv"
            file = literal(PROJECT / "seeds" / "reference" / f"{seed}.csv")
            condition += (
                f" and {_IN_WORD.format(own)} not in (select {_IN_WORD.format('sender_word')}"
                f" from read_csv({file}, header = true, all_varchar = true))"
            )
        sentence = f"{column.name} is one of {', '.join(given['values'])}{mapped}"
        yield _Fault(sentence, condition, share, own, column.name, is_hard=False)
    if "refers_to" in given:
        other, key = given["refers_to"].split(".")
        condition = f"{own} not in (select {key} from input.{other} where {key} is not null)"
        sentence = f"{column.name} is among {other}.{key}"
        yield _Fault(sentence, condition, share, own, column.name)
