"""Finds conditions that can't hold, or can't fail, whatever the data.

A condition is written as alternatives (OR) of comparisons that hold together (AND). An alternative
is impossible when no value of some column, or of another expression, meets all its comparisons.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise, product
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sqlglot import exp

from customer_segments.segments.wording import fold_dates, is_date

Value = float | str | None
Compare = Callable[[Any, Any], bool]
# A condition, and whether it has to hold or to fail.
Demand = tuple[exp.Expr, bool]

_COMPARISONS: dict[type[exp.Expr], Compare] = {
    exp.EQ: eq,
    exp.NEQ: ne,
    exp.LT: lt,
    exp.LTE: le,
    exp.GT: gt,
    exp.GTE: ge,
}
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}
# Nobody reads a condition with more alternatives than that, and they would take long.
_MOST_ALTERNATIVES = 2000


class _TooManyError(Exception):
    """There are too many alternatives to try."""


def never_holds(*conditions: exp.Expr) -> bool:
    """Whether no contact can ever meet all conditions together.

    False also where it takes knowledge of the data, or of functions, to tell.
    """
    return _impossible([(fold_dates(condition), True) for condition in conditions])


def never_fails(condition: exp.Expr) -> bool:
    """Whether everyone meets the condition whose values in it are known."""
    # What is compared with NULL is unknown for everyone, so neither holds nor fails.
    if any(not isinstance(null.parent, exp.Is) for null in condition.find_all(exp.Null)):
        return False
    return _impossible([(fold_dates(condition), False)])


def _impossible(demands: Sequence[Demand]) -> bool:
    try:
        return not any(_possible(alternative) for alternative in _together(demands))
    except _TooManyError:
        return False


def _together(demands: Sequence[Demand]) -> list[list[Demand]]:
    """Return the alternatives in which all demands are met."""
    choices = [_alternatives(tree, holds) for tree, holds in demands]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > _MOST_ALTERNATIVES:
        raise _TooManyError
    return [[demand for part in parts for demand in part] for parts in product(*choices)]


def _alternatives(tree: exp.Expr, holds: bool) -> list[list[Demand]]:
    """Return the alternatives in which a condition holds, or fails."""
    tree = tree.unnest()
    if isinstance(tree, exp.Not):
        return _alternatives(tree.this, not holds)
    demands = [(operand, holds) for operand in _operands(tree)]
    if not demands:
        return [[(tree, holds)]]
    if isinstance(tree, exp.And | exp.Between) == holds:
        return _together(demands)
    return [alternative for demand in demands for alternative in _alternatives(*demand)]


def _operands(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what AND, OR, BETWEEN and IN consist of."""
    if isinstance(tree, exp.And | exp.Or):
        yield from tree.flatten()
    elif isinstance(tree, exp.Between):
        yield exp.GTE(this=tree.this.copy(), expression=tree.args["low"].copy())
        yield exp.LTE(this=tree.this.copy(), expression=tree.args["high"].copy())
    elif isinstance(tree, exp.In):
        for choice in tree.expressions:
            yield exp.EQ(this=tree.this.copy(), expression=choice.copy())


def _possible(demands: Sequence[Demand]) -> bool:
    """Whether for each term there is a value that meets every demand on it."""
    terms: dict[str, list[tuple[Callable[[Value], bool], Value]]] = defaultdict(list)
    for tree, holds in demands:
        term, test, bound = _test(tree.unnest(), holds)
        terms[term].append((test, bound))
    return all(
        _satisfiable([test for test, _ in tests], {bound for _, bound in tests} - {None})
        for tests in terms.values()
    )


def _satisfiable(tests: Sequence[Callable[[Value], bool]], bounds: set[Value]) -> bool:
    """Whether some value passes: it is enough to try unknown, the bounds and what is between."""
    texts = sorted(bound for bound in bounds if isinstance(bound, str))
    numbers = sorted(bound for bound in bounds if isinstance(bound, float))
    if texts and numbers:  # the database decides what that means
        return True
    values: list[Value] = [None, "", *texts, *(f"{text}\0" for text in texts)]
    if numbers:
        between = [(low + high) / 2 for low, high in pairwise(numbers)]
        values = [None, numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
    return any(all(test(value) for test in tests) for value in values)


def _test(tree: exp.Expr, holds: bool) -> tuple[str, Callable[[Value], bool], Value]:
    """Return a demand as a term, what its value has to pass, and the bound it is compared with."""
    if isinstance(tree, exp.Null):
        return "null", lambda _: False, None
    if isinstance(tree, exp.Boolean):
        return "constant", lambda _: bool(tree.this) == holds, None
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        return _sql(tree.this), lambda value: (value is None) == holds, None
    if type(tree) in _COMPARISONS:
        return _comparison(tree, holds)
    return _opaque(tree, holds)


def _comparison(tree: exp.Expr, holds: bool) -> tuple[str, Callable[[Value], bool], Value]:
    left, right = tree.this.unnest(), tree.expression.unnest()
    if isinstance(left, exp.Null) or isinstance(right, exp.Null):
        return "null", lambda _: False, None
    kind: type[exp.Expr] = type(tree)
    bound = _constant(right)
    if bound is None:
        left, bound, kind = right, _constant(left), _MIRRORED.get(kind, kind)
    if bound is None:
        return _opaque(tree, holds)
    compare, fixed = _COMPARISONS[kind], _constant(left)
    if fixed is not None and type(fixed) is type(bound):
        return "constant", lambda _: compare(fixed, bound) == holds, None
    return _sql(left), lambda value: value is not None and compare(value, bound) == holds, bound


def _opaque(tree: exp.Expr, holds: bool) -> tuple[str, Callable[[Value], bool], Value]:
    """Anything else is true or false for reasons of its own, but not both."""
    return f"whether {_sql(tree)}", lambda value: value == str(holds), str(holds)


def _constant(tree: exp.Expr) -> float | str | None:
    if is_date(tree) and tree.this.is_string:
        try:
            return float(date.fromisoformat(tree.this.name).toordinal())
        except ValueError:
            return None
    if tree.is_string:
        return str(tree.name)
    return float(tree.sql()) if tree.is_number else None


def _sql(tree: exp.Expr) -> str:
    return str(tree.sql(dialect="duckdb", comments=False))
