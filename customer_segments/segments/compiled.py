"""The SQL of the project's segments, from their files and the macros, without dbt's slow start.

A segment needs no more of dbt than `ref`, `var` and macros, the project's and those that dbt brings
for all databases. What needs more, dbt compiles.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError

from customer_segments.database import query_rows
from customer_segments.dbt import PROJECT, compile_models, project_file
from customer_segments.errors import UserError
from customer_segments.segments.declared import FAMILIES
from customer_segments.segments.list import RULES, UNION

_MODELS = (RULES, FAMILIES, UNION, UNION.with_name("segment_memberships.sql"))
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(")
# What DuckDB calls a type that dbt has a name for.
_TYPES = {"string": "TEXT", "integer": "INT"}


@dataclass(frozen=True)
class Compiled:
    """Models' SQL by name, and what is wrong with those that have none."""

    sql: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def compiled(
    variables: Mapping[str, str], warehouse: Path, connection: duckdb.DuckDBPyConnection
) -> Compiled:
    """Compile the segments and what makes members of them, for tables that a warehouse has.

    The connection is to the warehouse, and closed. Raises UserError when it can't be read.
    """
    tables = query_rows(
        connection,
        "select table_name, database_name, schema_name from duckdb_tables() where not internal"
        " union all"
        " select view_name, database_name, schema_name from duckdb_views() where not internal",
    )
    connection.close()
    files = dict(_files())
    relations = {str(row[0]): Relation(*map(str, row)) for row in tables}
    jinja = _Jinja(variables, relations, files)
    found = Compiled()
    for name, file in files.items():
        place = file.relative_to(PROJECT)
        try:
            found.sql[name] = jinja.render(file)
        except TemplateSyntaxError as error:
            found.broken[name] = f"model {name} ({place}): {error.message}"
        except UserError as error:
            found.broken[name] = f"model {name} ({place}): {error}"
        except (TemplateError, KeyError, TypeError):
            try:
                found.sql.update(compile_models([name], variables, warehouse))
            except UserError as error:
                found.broken[name] = str(error)
    return found


def _files() -> Iterator[tuple[str, Path]]:
    for path in _MODELS:
        place = PROJECT / "models" / path
        for file in sorted(place.rglob("*.sql")) if place.is_dir() else [place]:
            yield file.stem, file


def _macro_files() -> Iterator[Path]:
    """Yield the files with macros; of two that have the same name the later counts."""
    spec = find_spec("dbt.include")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for adapter in ("global_project", "duckdb"):
            yield from Path(folder, adapter, "macros", "utils").glob("*.sql")
    yield from (PROJECT / "macros").rglob("*.sql")


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


class _Returned(Exception):
    """What a macro returns as a value, not as text."""


class _Jinja:
    """What models and macros may ask for, of what dbt gives them."""

    def __init__(
        self,
        variables: Mapping[str, str],
        tables: Mapping[str, Relation],
        rules: Mapping[str, Path],
    ) -> None:
        self._variables = {**project_file()["vars"], **variables}
        self._tables, self._rules = tables, rules
        self._environment = Environment(extensions=["jinja2.ext.do"], undefined=StrictUndefined)
        self._environment.globals.update(
            ref=self._ref,
            var=self._variables.__getitem__,
            config=lambda **_: "",
            execute=False,
            adapter=SimpleNamespace(dispatch=self._dispatched),
            dbt=self._environment.globals,
            api={"Column": {"translate_type": lambda name: _TYPES.get(name, name)}},
            exceptions=SimpleNamespace(raise_compiler_error=partial(_raise, UserError)),
            modules=SimpleNamespace(re=re, pytz=SimpleNamespace(timezone=ZoneInfo)),
            run_started_at=datetime.now(UTC),
        )
        self._environment.globals["return"] = partial(_raise, _Returned)
        for file in _macro_files():
            text = file.read_text(encoding="utf-8")
            for name in _MACRO.findall(text):
                self._environment.globals[name] = _Macro(self._environment, text, name)

    def render(self, file: Path) -> str:
        """Return a model's SQL."""
        return self._environment.from_string(file.read_text(encoding="utf-8")).render()

    def _dispatched(self, name: str, _package: str = "") -> Any:
        macros = self._environment.globals
        return macros.get(f"duckdb__{name}") or macros[f"default__{name}"]

    def _ref(self, name: str) -> Relation:
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


class _Macro:
    """A macro of the project, whose file is read when it is called first."""

    def __init__(self, environment: Environment, text: str, name: str) -> None:
        self._environment, self._text, self._name = environment, text, name
        self._module: Any = None

    def __call__(self, *values: object, **named: object) -> object:
        self._module = self._module or self._environment.from_string(self._text).module
        try:
            return getattr(self._module, self._name)(*values, **named)
        except _Returned as returned:
            return returned.args[0]


def _raise(kind: type[Exception], value: object) -> None:
    raise kind(value)
