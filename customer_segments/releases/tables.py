"""The tables of a warehouse, a published file or a dbt manifest, and how two of them differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import query_rows
from customer_segments.errors import UserError
from customer_segments.releases.primary_keys import project_keys

# A value of each is one of all that come after it in its row.
WIDER = (
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    ("FLOAT", "DOUBLE"),
    ("DATE", "TIMESTAMP"),
)


class Severity(IntEnum):
    """How much a reader suffers."""

    NOTE = 0
    WARNING = 1
    BREAKING = 2


@dataclass(frozen=True)
class Finding:
    """One thing that differs."""

    severity: Severity
    subject: str
    sentence: str


@dataclass(frozen=True)
class Column:
    """A column's type in DuckDB's words, and whether it may be NULL."""

    data_type: str
    is_nullable: bool


@dataclass(frozen=True)
class Table:
    """A table's columns in order, and the columns that tell its rows apart; none: unknown."""

    columns: Mapping[str, Column]
    key: Sequence[str]


Tables = Mapping[str, Table]


def stored_tables(
    connection: duckdb.DuckDBPyConnection, database: str, keys: Mapping[str, Sequence[str]]
) -> dict[str, Table]:
    """Read the tables of a database; of a warehouse, which has others too, those with a key."""
    only = f"and list_contains({sorted(keys)!r}, table_name)" if keys else ""
    where = f"where database_name = {database} and schema_name = 'main' {only}"
    columns: dict[str, dict[str, Column]] = {}
    for table, column, data_type, is_nullable in query_rows(
        connection,
        "select table_name, column_name, data_type, is_nullable"
        f" from duckdb_columns() {where} order by table_name, column_index",
    ):
        found = columns.setdefault(str(table), {})
        found[str(column)] = Column(str(data_type), bool(is_nullable))
    constraints = {
        str(table): key
        for table, key in query_rows(
            connection,
            "select table_name, constraint_column_names"
            f" from duckdb_constraints() {where} and constraint_type = 'PRIMARY KEY'",
        )
    }
    return {
        name: Table(found, constraints.get(name) or keys.get(name, []))  # type: ignore[arg-type]
        for name, found in columns.items()
        if name != "release"
    }


def read_manifest(path: Path) -> dict[str, Any]:
    """Return a dbt manifest. Raises UserError when the file is none."""
    try:
        project = dict(json.loads(path.read_text(encoding="utf-8")))
        if "nodes" in project:
            return project
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as a dbt manifest: {error}") from error
    raise UserError(f"{path} is no dbt manifest; dbt writes it to target/manifest.json")


def planned_tables(project: Mapping[str, Any]) -> dict[str, Table]:
    """Read the tables that a dbt manifest declares."""
    keys = project_keys(project)
    with duckdb.connect() as connection:
        return {
            node["name"]: Table(
                {
                    name: Column(
                        _type(connection, str(column["data_type"])),
                        not _is_required(column, name in keys[node["name"]]),
                    )
                    for name, column in node["columns"].items()
                },
                keys[node["name"]],
            )
            for node in project["nodes"].values()
            if node["name"] in keys and node["resource_type"] == "model"
        }


def _type(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    return str(query_rows(connection, f"select typeof(cast(null as {name}))")[0][0])


def _is_required(column: Mapping[str, Any], is_key: bool) -> bool:
    kinds = {constraint["type"] for constraint in column.get("constraints", [])}
    return "not_null" in kinds or (is_key and "primary_key" in kinds)


def table_findings(before: Tables, after: Tables) -> Iterator[Finding]:
    """Yield what differs between tables and between their columns."""
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Finding(Severity.BREAKING, name, "the table is gone")
        elif name not in before:
            yield Finding(Severity.NOTE, name, "the table is new")
        else:
            yield from _column_findings(name, before[name], after[name])


def _column_findings(table: str, before: Table, after: Table) -> Iterator[Finding]:
    gone = [name for name in before.columns if name not in after.columns]
    new = [name for name in after.columns if name not in before.columns]
    for name in gone:
        data_type = before.columns[name].data_type
        same = [other for other in new if after.columns[other].data_type == data_type]
        renamed = f", perhaps renamed to {same[0]}" if len(same) == 1 else ""
        yield Finding(Severity.BREAKING, f"{table}.{name}", f"the column is gone{renamed}")
    for name in new:
        yield Finding(Severity.NOTE, f"{table}.{name}", "the column is new")
    for name, column in before.columns.items():
        if name in after.columns:
            yield from _type_findings(f"{table}.{name}", column, after.columns[name])
    if before.key and after.key and set(before.key) != set(after.key):
        yield Finding(
            Severity.BREAKING,
            table,
            f"one row was one {', '.join(before.key)}; now it is one {', '.join(after.key)}",
        )


def _type_findings(subject: str, before: Column, after: Column) -> Iterator[Finding]:
    if before.data_type != after.data_type:
        is_wider = _is_wider(before.data_type, after.data_type)
        yield Finding(
            Severity.NOTE if is_wider else Severity.BREAKING,
            subject,
            f"{before.data_type} became {after.data_type}"
            + ("" if is_wider else ", which does not hold all its values"),
        )
    if after.is_nullable and not before.is_nullable:
        yield Finding(Severity.WARNING, subject, "may be NULL now")


def _is_wider(before: str, after: str) -> bool:
    for row in WIDER:
        if before in row and after in row:
            return row.index(before) < row.index(after)
    if before.startswith("DECIMAL(") and after.startswith("DECIMAL("):
        (precision, scale), (new_precision, new_scale) = map(_digits, (before, after))
        return new_scale >= scale and new_precision - new_scale >= precision - scale
    return False


def _digits(decimal: str) -> tuple[int, int]:
    precision, scale = decimal.removeprefix("DECIMAL(").removesuffix(")").split(",")
    return int(precision), int(scale)
