"""Finds conditions that can't hold, or can't fail, whatever the data.

DuckDB tries a condition on all values that it can tell apart: of each column, or other expression,
that is compared with constants, these constants and what lies between them. Whatever else it asks
may be true or false for reasons of its own.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from math import prod
from typing import Any

import duckdb
from sqlglot import exp

from customer_segments.segments.wording import fold_dates, is_date
from customer_segments.sql import literal

_LOGIC = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Boolean, exp.Null)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is)
# Nobody reads a condition with more cases than that, and they would take long.
_MOST_CASES = 10_000_000


def never_holds(*conditions: exp.Expr) -> bool:
    """Whether no contact can ever meet all conditions together.

    False also where it takes knowledge of the data, or of functions, to tell.
    """
    return _impossible(exp.and_(*conditions))


def never_fails(condition: exp.Expr) -> bool:
    """Whether everyone meets the condition whose values in it are known."""
    # What is compared with NULL is unknown for everyone, so neither holds nor fails.
    if any(not isinstance(null.parent, exp.Is) for null in condition.find_all(exp.Null)):
        return False
    return _impossible(exp.not_(condition))


def _impossible(condition: exp.Expr) -> bool:
    """Whether a condition is true in no case."""
    condition = fold_dates(condition)
    constants: dict[str, set[Any]] = {}
    for node in condition.find_all(*_COMPARISONS):
        for part in _varying(node):
            found = {_constant(other.unnest()) for other in node.iter_expressions()} - {None}
            constants.setdefault(_sql(part), set()).update(found)
    cases: dict[str, list[str]] = {}

    def stand_in(term: str, values: list[str]) -> exp.Column:
        cases.setdefault(term, values)
        return exp.column(f"term_{[*cases].index(term)}")

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, _LOGIC):
            return node
        by_itself = f"whether {_sql(node)}", ["true", "false"]
        node = node.copy()
        if not isinstance(node, _COMPARISONS) or len(_varying(node)) > 1:
            return stand_in(*by_itself)
        for part in _varying(node):
            known = constants[_sql(part)]
            if len({type(value) for value in known}) > 1:  # the database decides what that means
                return stand_in(*by_itself)
            part.replace(stand_in(_sql(part), _cases(sorted(known))))
        return node

    asked = _sql(condition.transform(replaced))
    if prod(map(len, cases.values())) > _MOST_CASES:
        return False
    tried = "".join(
        f", (select unnest([{', '.join(values)}]) as term_{number})"
        for number, values in enumerate(cases.values())
    )
    return not duckdb.execute(f"select 1 from (select 1){tried} where {asked} limit 1").fetchall()


def _varying(comparison: exp.Expr) -> list[exp.Expr]:
    """Return what is compared, but for constants."""
    parts = (part.unnest() for part in comparison.iter_expressions())
    return [part for part in parts if part != exp.null() and _constant(part) is None]


def _cases(known: list[Any]) -> list[str]:
    """Return, as SQL, the values that comparisons with constants of one type can tell apart."""
    values = [literal(value) for value in known]
    if known and isinstance(known[0], str):
        return ["null", "''", *values, *(f"{value} || chr(0)" for value in values)]
    if not known:
        return ["null", "0"]
    step, kind = (timedelta(1), "timestamp") if isinstance(known[0], datetime) else (1, "double")
    between = [low + (high - low) / 2 for low, high in pairwise(known)]
    values = [known[0] - step, *known, *between, known[-1] + step]
    return ["null", *(f"{literal(value)}::{kind}" for value in values)]


def _constant(tree: exp.Expr) -> str | float | datetime | None:
    if is_date(tree) and tree.this.is_string:
        try:
            return datetime.fromisoformat(tree.this.name)
        except ValueError:
            return None
    if tree.is_string:
        return str(tree.name)
    return float(tree.sql()) if tree.is_number else None


def _sql(tree: exp.Expr) -> str:
    return str(tree.sql(dialect="duckdb", comments=False))
