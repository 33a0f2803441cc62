"""Each dispatched macro has a form on each engine, and says so where nobody has tried it."""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

PARENTS = {
    "duckdb": [],
    "postgres": [],
    "snowflake": [],
    "bigquery": [],
    "spark": [],
    "databricks": ["spark"],
    "redshift": ["postgres"],
}
VERIFIED = {"duckdb", "postgres"}
COMMENT = (
    "{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely"
    " on it; docs/engines.md says how. -#}\n"
)
MACRO = re.compile(r"\{%-? macro (\w+)\((.*?)\) -?%\}.*?\{%-? endmacro -?%\}", re.DOTALL)


@cache
def sources() -> Mapping[str, str]:
    return {str(file): file.read_text(encoding="utf-8") for file in Path("macros").rglob("*.sql")}


@cache
def compiled() -> jinja2.Template:
    """Return what is dispatched, with the few other macros that it calls."""
    called = {"half_width", "local_date", "no_rows", "vendor_wall_clock"}
    texts = [
        text
        for file, text in sources().items()
        if "/engines/" in file or "adapter.dispatch" in text or Path(file).stem in called
    ]
    macros = "\n".join(each[0] for text in texts for each in MACRO.finditer(text))
    return jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(macros)


class Returned(Exception):
    """What a macro hands back with return()."""


class Refused(Exception):
    """A macro has no form on an engine, and says why."""


class Engine:
    """The project's macros as dbt dispatches them for an engine."""

    def __init__(self, name: str, texts: Mapping[str, str] | None = None) -> None:
        self.name = name
        code = "\n".join((texts or sources()).values())
        self.known = {each[1] for each in MACRO.finditer(code)}
        self.dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", code))

    @cached_property
    def macros(self) -> Any:
        return compiled().make_module(self._context())

    def form_of(self, macro: str) -> str | None:
        names = (f"{each}__{macro}" for each in (self.name, *PARENTS[self.name], "default"))
        return next((each for each in names if each in self.known), None)

    def call(self, macro: str, *arguments: Any, **named: Any) -> Any:
        try:
            return getattr(self.macros, macro)(*arguments, **named)
        except Returned as returned:
            return returned.args[0]

    def _context(self) -> dict[str, Any]:
        def hand_back(value: Any = None) -> None:
            raise Returned(value)

        def refuse(sentence: str) -> None:
            raise Refused(sentence)

        def dispatch(macro: str, _: str) -> Callable[..., Any]:
            form = self.form_of(macro)
            assert form, f"{macro} has no form on {self.name}"
            return lambda *arguments, **named: self.call(form, *arguments, **named)

        engine = self

        class Project:
            def __getattr__(self, macro: str) -> Callable[..., Any]:
                if macro == "state_schema":
                    return lambda: "main"
                return lambda *arguments, **named: engine.call(macro, *arguments, **named)

        class Adapter:
            quote = staticmethod('"{}"'.format)

            @staticmethod
            def get_columns_in_relation(_: str) -> list[Any]:
                return []

        class Dbt:
            string_literal = staticmethod("'{}'".format)
            type_string = staticmethod(lambda: "text")

            @staticmethod
            def escape_single_quotes(text: str) -> str:
                plain = engine.name in {"duckdb", "postgres", "redshift"}
                return text.replace("'", "''" if plain else "\\'")

        class Rows:
            rows = (("UTC",),)

        adapter = Adapter()
        adapter.dispatch = dispatch  # type: ignore[attr-defined]
        return {
            "return": hand_back,
            "adapter": adapter,
            "customer_segments": Project(),
            "dbt": Dbt,
            "exceptions": type("Exceptions", (), {"raise_compiler_error": staticmethod(refuse)}),
            "execute": True,
            "modules": type("Modules", (), {"re": re}),
            "run_query": lambda _: Rows,
            "target": type("Target", (), {"type": self.name}),
            "var": lambda name: {} if name == "vendor_dates" else "Europe/Zurich",
        }


def without_form(engine: str, texts: Mapping[str, str] | None = None) -> set[str]:
    project = Engine(engine, texts)
    return {macro for macro in project.dispatched if project.form_of(macro) is None}


def unmarked(texts: Mapping[str, str]) -> set[str]:
    folders = {"engines/segment.sql"} | {
        f"engines/{name}/" for name in PARENTS if name not in VERIFIED
    }
    return {
        file
        for file, text in texts.items()
        if any(folder in file for folder in folders) and not text.startswith(COMMENT)
    }


@pytest.mark.parametrize("engine", PARENTS)
def test_every_dispatched_macro_has_a_form(engine: str) -> None:
    assert without_form(engine) == set()


def test_a_form_that_is_gone_is_noticed() -> None:
    texts = {
        file: text.replace("macro spark__matches", "macro spark__match")
        for file, text in sources().items()
    }
    assert without_form("databricks", texts) == {"matches"}
    assert without_form("spark", texts) == {"matches"}
    assert without_form("bigquery", texts) == set()


@pytest.mark.parametrize("engine", PARENTS)
def test_a_form_renders_or_says_in_a_sentence_why_not(engine: str) -> None:
    project = Engine(engine)
    given = {"columns": ["a", "b"], "values": {"a": "b"}, "data_type": None}
    only_dbt_knows = {"read_vendor_date", "read_vendor_timestamp", "files_are_loaded"}
    for macro in sorted(project.dispatched - only_dbt_knows):
        form = getattr(project.macros, project.form_of(macro) or "")
        # It takes what the macro hands on.
        assert form.arguments == getattr(project.macros, macro).arguments, form.name
        try:
            project.call(form.name, *[given.get(name, "'a(b'") for name in form.arguments])
        except Refused as refusal:
            assert engine in str(refusal), macro


def test_no_form_is_of_a_macro_that_is_not_dispatched() -> None:
    project = Engine("duckdb")
    known = project.dispatched | {"safe_cast", "vendor_wall_clock", "diff_column_data_types"}
    forms = {name for name in project.known if name.split("__")[0] in {*PARENTS, "default"}}
    assert {name for name in forms if "__" in name and name.split("__", 1)[1] not in known} == set()


def test_what_nobody_tried_says_so() -> None:
    assert unmarked(sources()) == set()
    assert len([file for file in sources() if "engines/snowflake/" in file]) > 3
    broken = {file: text.replace("Not verified", "Verified") for file, text in sources().items()}
    assert "macros/engines/bigquery/text.sql" in unmarked(broken)


@pytest.mark.parametrize("engine", ["snowflake", "bigquery", "spark", "databricks", "redshift"])
def test_a_backslash_and_a_quote_survive_a_literal(engine: str) -> None:
    project = Engine(engine)
    literal = project.call("text_literal", "[\\]'")
    assert literal == ("'[\\\\]'''" if engine == "redshift" else "'[\\\\]\\''")
    wide, plain = re.findall(r"'((?:[^'\\]|\\.|'')+)'", project.call("half_width", "email"))
    assert len(wide) == len(re.sub(r"\\(.)|''", "x", plain))


def test_patterns_say_the_same_in_java() -> None:
    pattern = Engine("spark").call("pattern", "^(a|b$)|[$]\\$''$")
    assert pattern == "'^(a|b\\\\z)|[$]\\\\$\\'\\\\z'"


def test_redshift_refuses_what_its_expressions_do_not_know() -> None:
    project = Engine("redshift")
    assert (
        project.call("matches", "code", "^[a-z]\\d+$")
        .strip()
        .startswith("regexp_instr(code, '^[a-z]\\\\d+$'")
    )
    for expression in ("[\\p{L}]", "[‹«]", "\\x{2028}"):
        with pytest.raises(Refused, match="letters of ASCII only"):
            project.call("matches", "code", expression)


def test_log_factorial_is_exact_without_a_gamma_function() -> None:
    figure = Engine("spark").call("log_factorial", "number")
    numbers = [0, 1, 2, 5, 19, 20, 170, 10_000, 5_000_000]
    values = ", ".join(f"({number})" for number in numbers)
    rows = duckdb.sql(
        f"select number, {figure} from (values {values}) as numbers (number)"
    ).fetchall()
    for number, logarithm in rows:
        assert math.isclose(logarithm, math.lgamma(number + 1), rel_tol=1e-9, abs_tol=1e-12)
