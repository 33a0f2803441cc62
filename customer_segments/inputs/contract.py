"""The contracts of the raw tables, and the tables on which they are checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.contracts.graph.manifest import Manifest

from customer_segments.contracts.contract import Column, Contract, Promise, Weight, known
from customer_segments.dbt import PROJECT, render
from customer_segments.errors import UserError
from customer_segments.inputs.layout import NOT_FROM_THE_FILE, PREFIX, UNREADABLE
from customer_segments.people import ERASED, MARKED
from customer_segments.sql import literal, name

INVALID_SHARE = 0.02
"""Share of a column's filled rows that may be at fault; staging rejects them one by one."""

FEW = 20
"""So many rows at fault are always let through: shares of small files mean little."""

# What `reads_as` may say, and the macro with which staging reads it.
_READINGS = {
    "timestamp": "{{ parse_timestamp('it_column') }}",
    "date": "{{ parse_date('it_column') }}",
    "amount": "{{ parse_number('it_column', 'decimal(14, 2)') }}",
    "whole_number": "{{ parse_number('it_column', 'integer') }}",
    "yes_or_no": "{{ parse_boolean('it_column') }}",
}
_WORDS = {
    "timestamp": "a date and time",
    "date": "a date",
    "amount": "an amount",
    "whole_number": "a whole number",
    "yes_or_no": "yes or no",
}
_COLUMN_PROMISES = {
    "reads_as",
    "values",
    "pattern",
    "unique",
    "refers_to",
    "minimum",
    "steady",
    "at_most",
    "mapped_by",
}
_TABLE_PROMISES = {"day", "fresh", "checks"}


@dataclass(frozen=True)
class RawColumn:
    """A column of a raw model and what its YAML promises of it."""

    name: str
    description: str
    required: bool
    promise: Mapping[str, Any]

    @property
    def reads_as(self) -> str | None:
        """How the column is read, None where it stays text."""
        return "one_of" if "values" in self.promise else self.promise.get("reads_as")

    @property
    def value(self) -> str:
        """SQL of the column as staging reads it."""
        return name(f"{self.name}_read") if self.reads_as else name(self.name)


@dataclass(frozen=True)
class RawTable:
    """A raw model and what its YAML promises of it."""

    name: str
    description: str
    owner: str
    columns: tuple[RawColumn, ...]
    promise: Mapping[str, Any]

    @property
    def day(self) -> str | None:
        """SQL of the day to which a row belongs, None where rows have none."""
        column = self.promise.get("day")
        return f"cast({name(column + '_read')} as date)" if column else None

    @property
    def key(self) -> str | None:
        """The column whose values name a row in messages."""
        return next((c.name for c in self.columns if c.promise.get("unique")), None)


@dataclass(frozen=True)
class _Fault:
    """A column of the checked table that is filled where a row is at fault."""

    sentence: str
    condition: str
    at_most: float
    column: str | None
    filled: str
    weight: Weight


def raw_tables(manifest: Mapping[str, Any]) -> list[RawTable]:
    """Return the raw tables. Raises UserError when one promises something that nothing checks."""
    tables = []
    for node in manifest["nodes"].values():
        title = node["name"]
        if node["resource_type"] != "model" or not node["path"].startswith("raw/"):
            continue
        if title == PREFIX + UNREADABLE:
            continue
        promise = known(node["config"]["meta"].get("promise", {}), _TABLE_PROMISES, title)
        columns = tuple(
            _column(title, column)
            for column in node["columns"].values()
            if column["name"] != NOT_FROM_THE_FILE
        )
        owner = node["config"]["meta"]["owner"]
        tables.append(
            RawTable(title.removeprefix(PREFIX), node["description"], owner, columns, promise)
        )
    return sorted(tables, key=lambda table: table.name)


def _column(table: str, column: Mapping[str, Any]) -> RawColumn:
    meta = column.get("config", {}).get("meta", {})
    place = f"{table}.{column['name']}"
    promise = known(meta.get("promise", {}), _COLUMN_PROMISES, place)
    reads_as = promise.get("reads_as")
    if reads_as is not None and reads_as not in _READINGS:
        raise UserError(f"{place} reads_as {reads_as}; write one of {', '.join(_READINGS)}")
    required = bool(meta.get("required"))
    return RawColumn(column["name"], column["description"], required, promise)


def readings(variables: Mapping[str, str], database: Path, parsed: Manifest) -> dict[str, str]:
    """Return how staging reads a text, by kind; `it_column` stands for the column. `as_of` is the
    day whose segments are wanted.

    Raises UserError when a macro does not compile.
    """
    templates = {
        **_READINGS,
        "text": "{{ clean_text('it_column') }}",
        "word": "{{ word_key('it_column') }}",
        "as_of": "{{ as_of() }}",
    }
    return render(templates, variables, database, parsed)


def make_tables(
    connection: duckdb.DuckDBPyConnection,
    known: Sequence[RawTable],
    tables: Sequence[RawTable],
    taken_in: Path,
    read: Mapping[str, str],
) -> None:
    """Read all known tables as staging does, into the schema readings; make of each one wanted a
    table with a column for each promise, which is filled where a row breaks it.
    """
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create schema readings")
    for table in known:
        source = literal(taken_in / f"{table.name}.parquet")
        # Erased people's rows are blank but for marks; what the supplier promised does not hold.
        kept = [
            f"{name(column.name)} is distinct from '{ERASED}'"
            for column in table.columns
            if column.name in MARKED
        ]
        connection.execute(
            f"create table readings.{table.name} as select {', '.join(_read(table, read))}"
            f" from (select *, row_number() over () as raw_row_number from read_parquet({source}))"
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


def erased_rows(connection: duckdb.DuckDBPyConnection, table: RawTable, taken_in: Path) -> int:
    """Return how many rows of a raw file are blank because their person was erased."""
    source = literal(taken_in / f"{table.name}.parquet")
    ((rows,),) = connection.execute(
        f"select (select count(*) from read_parquet({source}))"
        f" - (select count(*) from readings.{table.name})"
    ).fetchall()
    return int(rows)


def raw_contract(table: RawTable) -> Contract:
    """Return the contract of a raw table, without what only last time's files can tell."""
    promises = [
        Promise(
            fault.sentence,
            "ExpectColumnValuesToBeNull",
            {"column": fault.sentence},
            fault.column,
            f"select {name(fault.sentence)} from {table.name}"
            f" where {name(fault.sentence)} is not null order by raw_row_number",
            fault.at_most,
            fault.weight,
        )
        for fault in _faults(table)
    ]
    columns = tuple(
        Column(
            column.name,
            "varchar",
            column.description,
            column.required,
            bool(column.promise.get("unique")),
        )
        for column in table.columns
    )
    return Contract(table.name, "main", table.description, table.owner, columns, tuple(promises))


def filled_rows(connection: duckdb.DuckDBPyConnection, table: RawTable) -> dict[str, int]:
    """Return how many rows each promise of a raw table is about, by its sentence."""
    faults = list(_faults(table))
    counts = ", ".join(["count(*)", *(f"count({fault.filled})" for fault in faults)])
    row = connection.execute(f"select {counts} from {table.name}").fetchall()[0]
    return {fault.sentence: int(count) for fault, count in zip(faults, row[1:], strict=True)}


def _read(table: RawTable, read: Mapping[str, str]) -> Iterator[str]:
    yield "raw_row_number"
    for column in table.columns:
        cleaned = _with(read["text"], column.name)
        yield f"{cleaned} as {name(column.name)}"
        if column.reads_as == "one_of":
            yield f"{_mapped(column, f'lower({cleaned})', read)} as {column.value}"
        elif column.reads_as:
            yield f"{_with(read[column.reads_as], column.name)} as {column.value}"


def _mapped(column: RawColumn, value: str, read: Mapping[str, str]) -> str:
    """Return SQL of a value, or of what the column's seed says that the word means.

    NULL where it means nothing: the row promises nothing then.
    """
    seed = column.promise.get("mapped_by")
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


def _key(table: RawTable) -> str:
    """Return SQL that names a row: its key where that is surely no personal data, else its place.

    A key column may hold an address by mistake, so only what looks like a key is shown.
    """
    row = "'row ' || raw_row_number"
    if table.key is None:
        return row
    key = name(table.key)
    return f"case when regexp_full_match({key}, '[\\w-]{{1,40}}') then {key} else {row} end"


def _faults(table: RawTable) -> Iterator[_Fault]:
    for column in table.columns:
        yield from _column_faults(table, column)
    for check in table.promise.get("checks", []):
        known(check, {"says", "at_fault", "at_most"}, f"a check of {table.name}")
        share = check.get("at_most", INVALID_SHARE)
        yield _Fault(check["says"], f"({check['at_fault']})", share, None, "1", Weight.ODD)


def _column_faults(table: RawTable, column: RawColumn) -> Iterator[_Fault]:
    promise, own = column.promise, name(column.name)
    share = promise.get("at_most", INVALID_SHARE)

    def fault(
        sentence: str, condition: str, filled: str = own, weight: Weight = Weight.HARD
    ) -> _Fault:
        return _Fault(f"{column.name} {sentence}", condition, share, column.name, filled, weight)

    if column.required and (table.name, column.name) != ("contacts", "email"):
        yield fault("is filled", f"{own} is null", "1")
    if promise.get("unique"):
        repeated = f"row_number() over (partition by {own} order by raw_row_number) > 1"
        yield fault("is unique", f"{own} is not null and {repeated}")
    if "reads_as" in promise:
        unread = f"{own} is not null and {column.value} is null"
        yield fault(f"is {_WORDS[promise['reads_as']]}", unread)
    if "values" in promise:
        values = ", ".join(literal(value) for value in promise["values"])
        seed = promise.get("mapped_by")
        words = f", or a word in seeds/reference/{seed}.csv" if seed else ""
        yield fault(
            f"is one of {', '.join(promise['values'])}{words}",
            f"{column.value} not in ({values})",
            weight=Weight.ODD,
        )
    if "pattern" in promise:
        pattern = promise["pattern"]
        yield fault(
            f"has the form {pattern}",
            f"not regexp_full_match({own}, {literal(pattern)}, 's')",
            weight=Weight.ODD,
        )
    if "minimum" in promise:
        yield fault(
            f"is at least {promise['minimum']}",
            f"{column.value} < {promise['minimum']}",
            weight=Weight.ODD,
        )
    if "refers_to" in promise:
        other, key = promise["refers_to"].split(".")
        missing = f"{own} not in (select {key} from readings.{other} where {key} is not null)"
        yield fault(f"is among {other}.{key}", missing)
