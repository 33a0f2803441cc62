"""The project's macros, and those that dbt brings for all databases, without dbt's slow start."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

from customer_segments.dbt import PROJECT, project_file
from customer_segments.errors import UserError

_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(")
# What DuckDB calls a type that dbt has a name for.
_TYPES = {"string": "TEXT", "integer": "INT"}


class Macros:
    """Renders SQL with what macros may ask for, of what dbt gives them."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.environment = Environment(extensions=["jinja2.ext.do"], undefined=StrictUndefined)
        self._variables = {**project_file()["vars"], **variables}
        self.environment.globals.update(
            var=self._var,
            config=lambda **_: "",
            execute=False,
            adapter=SimpleNamespace(dispatch=self._dispatched),
            dbt=self.environment.globals,
            customer_segments=self.environment.globals,
            api={"Column": {"translate_type": lambda name: _TYPES.get(name, name)}},
            exceptions=SimpleNamespace(raise_compiler_error=partial(_raise, UserError)),
            modules=SimpleNamespace(re=re, pytz=SimpleNamespace(timezone=ZoneInfo)),
            run_started_at=datetime.now(UTC),
        )
        self.environment.globals["return"] = partial(_raise, _Returned)
        for file in _macro_files():
            text = file.read_text(encoding="utf-8")
            for name in _MACRO.findall(text):
                self.environment.globals[name] = _Macro(self.environment, text, name)

    def render(self, text: str) -> str:
        """Return SQL and Jinja as SQL. Raises UserError and what Jinja raises."""
        return self.environment.from_string(text).render()

    def holds(self, expression: str) -> bool:
        """Return whether an expression of Jinja holds. Raises what Jinja raises."""
        return bool(self.environment.compile_expression(expression)())

    def call(self, name: str, *values: object) -> str:
        """Return the SQL that a macro writes."""
        return str(self.environment.globals[name](*values)).strip()  # type: ignore[operator]

    def _var(self, name: str, default: Any = None) -> Any:
        return self._variables[name] if default is None else self._variables.get(name, default)

    def _dispatched(self, name: str, _package: str = "") -> Any:
        macros = self.environment.globals
        return macros.get(f"duckdb__{name}") or macros[f"default__{name}"]


def _macro_files() -> Iterator[Path]:
    """Yield the files with macros; of two that have the same name the later counts."""
    spec = find_spec("dbt.include")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for adapter in ("global_project", "duckdb"):
            yield from Path(folder, adapter, "macros", "utils").glob("*.sql")
    yield from (PROJECT / "macros").rglob("*.sql")


class _Returned(Exception):
    """What a macro returns as a value, not as text."""


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
