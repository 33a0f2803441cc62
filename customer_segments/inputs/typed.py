"""The SQL that makes typed rows of a file's values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from customer_segments.inputs.find import SourceFile
from customer_segments.inputs.layout import SOURCE_COLUMNS, Column, Matching, Table
from customer_segments.macros import Macros
from customer_segments.sql import literal, name

_DIRECT = {
    "TIMESTAMP WITH TIME ZONE": ("timestamp", "{} at time zone 'UTC'"),
    "TIMESTAMP": ("timestamp", "{}"),
    "TIMESTAMP_S": ("timestamp", "cast({} as timestamp)"),
    "TIMESTAMP_MS": ("timestamp", "cast({} as timestamp)"),
    "TIMESTAMP_NS": ("timestamp", "cast({} as timestamp)"),
    "DATE": ("date", "{}"),
    "BOOLEAN": ("boolean", "{}"),
}
_NEVER_UNREAD = ("varchar", "varchar[]")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


@dataclass(frozen=True)
class Value:
    """A column of a file: its SQL, and its type in DuckDB's words."""

    sql: str
    kind: str = "VARCHAR"


@dataclass(frozen=True)
class Readings:
    """How texts are read as the types of the input tables, by the project's own macros."""

    variables: Mapping[str, Any]
    _known: dict[str, str] = field(default_factory=dict)

    def read(self, text: str, data_type: str) -> str:
        """Return SQL of a text read as a type, NULL where it can't be."""
        if not self._known:
            macros = Macros(self.variables)
            for kind in ("varchar", "timestamp", "date", "boolean", "varchar[]", "a number"):
                self._known[kind] = macros.call("read_as", "it_column", kind)
        sql = self._known.get(data_type)
        if sql is None:
            sql = self._known["a number"].replace("a number", data_type)
        return sql.replace("it_column", text)

    @property
    def state(self) -> str:
        """Return what is another once anything is read in another way."""
        self.read("", "varchar")
        return repr(sorted(self._known.items()))


def typed_rows(
    file: SourceFile,
    matching: Matching,
    value_at: Callable[[int], Value],
    rows: str,
    row_number: str,
    readings: Readings,
) -> str:
    """Return a query of a file's rows as its table has them; `value_at` gives the value at a place
    in the file. A column that the file does not have is in the names of its folders, or NULL.
    """
    table = file.table
    given, typed, unread, texts = [], [], [], []
    for place, column in enumerate(table.columns):
        value = _value(file, column, matching.positions[place], value_at)
        own, title = f"r{place}", name(column.name)
        if value is None:
            typed.append(f"cast(null as {column.data_type}) as {title}")
            continue
        given.append(f"{value.sql} as {own}")
        typed.append(f"{_typed(own, value.kind, column.data_type, readings)} as {title}")
        if column.data_type not in _NEVER_UNREAD:
            unread.append(f"({own} is not null and {title} is null)")
            text = readings.read(as_text(own, value.kind), "varchar")
            texts.append(f"{literal(column.name)}, case when {title} is null then {text} end")
    said = "null"
    if unread:
        # Merging leaves out what is null.
        merged = f"json_merge_patch('{{}}', json_object({', '.join(texts)}))"
        said = f"case when {' or '.join(unread)} then nullif(cast({merged} as varchar), '{{}}') end"
    own_columns = ", ".join(name(column.name) for column in table.columns)
    return (
        f"select {own_columns}, {literal(file.label)} as source_file, source_row_number,"
        f" cast({said} as varchar) as unread_values"
        f" from (select *, {', '.join(typed)}"
        f" from (select {', '.join([*given, f'{row_number} as source_row_number'])} from {rows}))"
    )


def _value(
    file: SourceFile, column: Column, place: int | None, value_at: Callable[[int], Value]
) -> Value | None:
    if place is not None:
        return value_at(place)
    said = file.partition.get(column.name)
    return Value(literal(said)) if said is not None else None


def no_rows(table: Table) -> str:
    """Return a query of no rows, with the input table's columns."""
    types = {column.name: column.data_type for column in table.columns} | SOURCE_COLUMNS
    columns = ", ".join(f"cast(null as {kind}) as {name(column)}" for column, kind in types.items())
    return f"select {columns} limit 0"


def as_text(value: str, kind: str) -> str:
    """Return SQL that writes a value of one of DuckDB's types as files of text have it."""
    if kind == "VARCHAR":
        return value
    if kind.endswith("[]"):
        item = (
            "cast(to_json(item) as varchar)"
            if kind.endswith("[][]")
            else as_text("item", kind[:-2])
        )
        return f"array_to_string(list_transform({value}, lambda item: {item}), '|')"
    if kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({value}) as varchar)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"replace(cast({value} at time zone 'UTC' as varchar), ' ', 'T') || '+00:00'"
    if kind.startswith("TIMESTAMP"):
        return f"replace(cast({value} as varchar), ' ', 'T')"
    if kind in ("DOUBLE", "FLOAT"):
        return _plain_number(value)
    return f"cast({value} as varchar)"


def _typed(value: str, kind: str, data_type: str, readings: Readings) -> str:
    """Return SQL of a value as the input table has it; what has the type is not written as text."""
    target, sql = _DIRECT.get(kind, ("", ""))
    if target == data_type:
        direct = sql.format(value)
        if target == "boolean":
            return direct
        return f"case when {direct} >= {target} '1900-01-01' then {direct} end"
    if data_type.startswith(("decimal", "integer")) and (
        kind in _WHOLE or kind.startswith("DECIMAL")
    ):
        return f"try_cast({value} as {data_type})"
    return readings.read(as_text(value, kind), data_type)


def _plain_number(value: str) -> str:
    """Return SQL that writes a floating-point number without an exponent where that is exact.

    Whole numbers lose their '.0': a key column with gaps becomes floating-point in a data frame,
    and its 12.0 is the 12 of the other files. Not-a-number is how data frames write 'unknown'.
    """
    short = f"cast({value} as varchar)"
    return (
        f"case when isnan({value}) then null when isinf({value}) then {short} "
        f"when {value} = trunc({value}) and abs({value}) < 1e37 "
        f"then cast(cast({value} as hugeint) as varchar) "
        f"when abs({value}) between 1e-12 and 1e-4 "
        f"then rtrim(cast(cast({short} as decimal(38, 30)) as varchar), '0') "
        f"else {short} end"
    )
