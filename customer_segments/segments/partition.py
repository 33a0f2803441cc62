"""A family's column that is the outcome of a CASE."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from customer_segments.segments.definition import plain_source, with_ctes


@dataclass(frozen=True)
class Partition:
    """The conditions and outcomes of the CASE, in order, with the rows that it looks at.

    The last has no condition.
    """

    select: exp.Select
    branches: Sequence[tuple[exp.Expr | None, str]]


def partition_of(query: exp.Query, column: str) -> Partition | None:
    """Follow a column to the CASE that it is the outcome of; None where there is no such CASE."""
    if not isinstance(query, exp.Select):
        return None
    found = [item for item in query.selects if item.alias_or_name == column]
    tree = found[0].unalias() if found else None
    if isinstance(tree, exp.Case) and tree.this is None:
        branches = _branches(tree)
        return Partition(query, branches) if branches else None
    source = plain_source(query)
    if not isinstance(source, exp.Table) or source.db:
        return None
    earlier: list[exp.CTE] = []
    for cte in query.ctes:
        if cte.alias == source.name and isinstance(cte.this, exp.Query):
            name = tree.name if isinstance(tree, exp.Column) else column
            return partition_of(with_ctes(cte.this, earlier), name)
        earlier.append(cte)
    return None


def _branches(case: exp.Case) -> list[tuple[exp.Expr | None, str]]:
    """Return conditions and outcomes in order, the last without a condition; none if calculated."""
    branches: list[tuple[exp.Expr | None, exp.Expr | None]] = [
        (branch.this, branch.args["true"]) for branch in case.args["ifs"]
    ]
    branches.append((None, case.args.get("default")))
    if not all(outcome is None or isinstance(outcome, exp.Literal) for _, outcome in branches):
        return []
    return [(tree, outcome.name if outcome else "none") for tree, outcome in branches]
