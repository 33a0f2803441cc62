"""The tables of a warehouse, a published file or a dbt manifest, and how two of them differ."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import query_rows
from customer_segments.errors import UserError
from customer_segments.releases.primary_keys import project_keys
from customer_segments.sql import name

# Types of which one may hold all values of another: DuckDB knows which.
_ALIKE = (
    "U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?",
    r"DECIMAL\(.*",
    "FLOAT|DOUBLE",
    "DATE|TIMESTAMP",
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
        table: Table(found, constraints.get(table) or keys.get(table, []))  # type: ignore[arg-type]
        for table, found in columns.items()
        if table != "release"
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
        for node in project["nodes"].values():
            if node["name"] in keys and node["resource_type"] == "model":
                columns = ", ".join(
                    f"{name(title)} {column['data_type']}" + " not null" * _is_required(column)
                    for title, column in node["columns"].items()
                )
                query_rows(connection, f"create table {name(node['name'])} ({columns})")
        return stored_tables(connection, "current_database()", keys)


def _is_required(column: Mapping[str, Any]) -> bool:
    kinds = {constraint["type"] for constraint in column.get("constraints", [])}
    return bool(kinds & {"not_null", "primary_key"})


def table_findings(before: Tables, after: Tables) -> Iterator[Finding]:
    """Yield what differs between tables and between their columns."""
    for table in sorted(before.keys() | after.keys()):
        if table not in after:
            yield Finding(Severity.BREAKING, table, "the table is gone")
        elif table not in before:
            yield Finding(Severity.NOTE, table, "the table is new")
        else:
            yield from _column_findings(table, before[table], after[table])


def _column_findings(table: str, before: Table, after: Table) -> Iterator[Finding]:
    gone = [title for title in before.columns if title not in after.columns]
    new = [title for title in after.columns if title not in before.columns]
    for title in gone:
        data_type = before.columns[title].data_type
        same = [other for other in new if after.columns[other].data_type == data_type]
        renamed = f", perhaps renamed to {same[0]}" if len(same) == 1 else ""
        yield Finding(Severity.BREAKING, f"{table}.{title}", f"the column is gone{renamed}")
    for title in new:
        yield Finding(Severity.NOTE, f"{table}.{title}", "the column is new")
    for title, column in before.columns.items():
        if title in after.columns:
            yield from _type_findings(f"{table}.{title}", column, after.columns[title])
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
    if not any(re.fullmatch(kind, before) and re.fullmatch(kind, after) for kind in _ALIKE):
        return False
    asked = f"select typeof(coalesce(null::{before}, null::{after}))"
    return duckdb.execute(asked).fetchall() == [(after,)]
