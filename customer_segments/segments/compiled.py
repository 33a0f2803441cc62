"""The SQL of the project's segments, from their files and the macros, without dbt's slow start.

A segment needs no more of dbt than `ref`, `var` and macros, the project's and those that dbt brings
for all databases. What needs more, dbt compiles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
from jinja2 import TemplateError, TemplateSyntaxError

from customer_segments.database import query_rows
from customer_segments.dbt import PROJECT, compile_models, parse
from customer_segments.engines.database import Database
from customer_segments.errors import UserError
from customer_segments.macros import Macros
from customer_segments.segments.declared import FAMILIES
from customer_segments.segments.list import RULES, UNION, condition

_MODELS = (RULES, FAMILIES, UNION, UNION.with_name("segment_memberships.sql"))


@dataclass(frozen=True)
class Compiled:
    """Models' SQL by name, and what is wrong with those that have none.

    Rules that are switched off are in neither, but in `off`, with what they depend on.
    """

    sql: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    off: dict[str, str] = field(default_factory=dict)


def compiled(
    variables: Mapping[str, str], warehouse: Path | Database, connection: duckdb.DuckDBPyConnection
) -> Compiled:
    """Compile the segments and what makes members of them, for tables that a warehouse has.

    The connection is to the warehouse, and closed. Raises UserError when it can't be read.
    """
    tables = query_rows(
        connection,
        "select table_name, database_name, schema_name from duckdb_tables()"
        " where not internal and database_name = current_database()"
        " union all"
        " select view_name, database_name, schema_name from duckdb_views()"
        " where not internal and database_name = current_database()",
    )
    connection.close()
    files = dict(_files())
    relations = {str(row[0]): Relation(*map(str, row)) for row in tables}
    models = _Models(variables, relations, files)
    found = Compiled()
    for name, file in files.items():
        place = file.relative_to(PROJECT)
        asked = condition(file)
        try:
            if asked and not models.holds(asked):
                found.off[name] = asked
                continue
            found.sql[name] = models.render(file.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            found.broken[name] = f"model {name} ({place}): {error.message}"
        except UserError as error:
            found.broken[name] = f"model {name} ({place}): {error}"
        except (TemplateError, KeyError, TypeError):
            try:
                parsed = parse(variables, warehouse)
                found.sql.update(compile_models([name], variables, warehouse, parsed))
            except UserError as error:
                found.broken[name] = str(error)
    return found


def _files() -> Iterator[tuple[str, Path]]:
    for path in _MODELS:
        place = PROJECT / "models" / path
        for file in sorted(place.rglob("*.sql")) if place.is_dir() else [place]:
            yield file.stem, file


@dataclass(frozen=True)
class Relation:
    """A table's name in SQL, as dbt writes it."""

    name: str
    database: str
    schema: str

    def __str__(self) -> str:
        """The whole name, quoted."""
        return f'"{self.database}"."{self.schema}"."{self.name}"'

    def incorporate(self, path: Mapping[str, str], **_type: str) -> "Relation":
        """Return another name in the same schema."""
        return replace(self, name=path["identifier"])


class _Models(Macros):
    """Renders models for the tables that a warehouse has."""

    def __init__(
        self,
        variables: Mapping[str, str],
        tables: Mapping[str, Relation],
        rules: Mapping[str, Path],
    ) -> None:
        super().__init__(variables)
        self._tables, self._rules = tables, rules
        self.environment.globals["ref"] = self._ref

    def _ref(self, *project_and_name: str) -> Relation:
        name = project_and_name[-1]
        table = self._tables.get(name)
        if table is None and name in self._rules:
            table = self._tables["dim_contacts"].incorporate({"identifier": name})
        if table is None:
            is_there = any((PROJECT / "models").rglob(f"{name}.*"))
            raise UserError(
                f"it refers to {name}, which "
                + ("is not built yet; run make build" if is_there else "does not exist")
            )
        return table
