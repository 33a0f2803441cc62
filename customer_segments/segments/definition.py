"""A segment's SQL, taken apart into the conditions that a contact has to meet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from customer_segments.errors import UserError
from customer_segments.segments.wording import readable, whole_of

KEY = "contact_id"
# What is shown as one with a query that has it: the conditions alone do not say who is a member.
_OTHER_CLAUSES = ("group", "having", "qualify", "limit", "offset")


@dataclass(frozen=True)
class Condition:
    """One of the conditions that a segment joins by AND, or a part of one."""

    tree: exp.Expr
    depth: int = 0

    @property
    def text(self) -> str:
        """The condition as a person writes it; one with parts is only announced."""
        group = self._group
        if group is None:
            return readable(self.tree)
        word = "any of" if isinstance(group, exp.Or) else "all of"
        return f"not {word}" if group is not self.tree.unnest() else word

    def parts(self) -> Iterator["Condition"]:
        """Yield the condition and, one level deeper each, what it joins by AND, OR and NOT."""
        yield self
        if self._group is not None:
            for operand in self._group.flatten():
                yield from Condition(operand.unnest(), self.depth + 1).parts()

    @property
    def _group(self) -> exp.Connector | None:
        tree = self.tree.unnest()
        inside = tree.this.unnest() if isinstance(tree, exp.Not) else tree
        return inside if isinstance(inside, exp.And | exp.Or) else None

    @property
    def columns(self) -> dict[str, exp.Expr]:
        """What it looks at in the segment's own table, by its text; not inside sub-selects.

        Nothing for a condition with parts: those say it.
        """
        if self._group is not None:
            return {}
        outside = self.tree.find_ancestor(exp.Query)
        found = {
            readable(node): node
            for node in self.tree.find_all(exp.Column)
            if node.find_ancestor(exp.Query) is outside and node.name != KEY
        }
        return dict(sorted(found.items()))

    @property
    def membership(self) -> exp.Table | None:
        """The other segment, or table, in which the contact has to be, or must not be."""
        tree = self.tree.unnest()
        return whole_of(tree.this.unnest() if isinstance(tree, exp.Not) else tree)

    @property
    def events(self) -> exp.Select | None:
        """The sub-select of single rows, before grouping, that decides; None where it isn't one."""
        tree = self.tree.unnest()
        tree = tree.this.unnest() if isinstance(tree, exp.Not) else tree
        query = tree.args.get("query") if isinstance(tree, exp.In) else None
        select = query.unnest() if isinstance(query, exp.Subquery) else None
        if not isinstance(select, exp.Select) or self.membership is not None:
            return None
        source = select.args.get("from_")
        simple = source is not None and isinstance(source.this, exp.Table)
        joined = select.args.get("joins") or select.args.get("with_") or select.args.get("qualify")
        return select if simple and not joined else None


@dataclass(frozen=True)
class Definition:
    """A segment's query, with the names of other segments left as they are."""

    segment: str
    query: exp.Query

    def __post_init__(self) -> None:
        """Raise UserError when the query does not select contact_id."""
        for select in (self.query, self.last_select):
            if isinstance(select, exp.Select) and key_of(select) is None:
                raise UserError(f"segment {self.segment} selects no contact_id")

    @cached_property
    def last_select(self) -> exp.Select | None:
        """The select that makes the members; None for a union and the like."""
        query = _inmost(self.query)
        return query if isinstance(query, exp.Select) else None

    @property
    def select(self) -> exp.Select | None:
        """The select that makes the members when it chooses them by WHERE alone, else None."""
        select = self.last_select
        if select is None or any(select.args.get(clause) for clause in _OTHER_CLAUSES):
            return None
        key = key_of(select)
        return None if key is None or key.find(exp.AggFunc) else select

    @property
    def parts(self) -> list[Condition]:
        """The conditions of WHERE, each with what it consists of."""
        where = self.select.args.get("where") if self.select else None
        tree = where.this.unnest() if where else None
        operands = tree.flatten() if isinstance(tree, exp.And) else [tree] if tree else []
        return [part for operand in operands for part in Condition(operand.unnest()).parts()]

    @property
    def source(self) -> str:
        """Where its rows are from, as text."""
        select = self.select
        if select is None or select.args.get("from_") is None:
            return ""
        parts = [select.args["from_"].this, *select.args.get("joins", [])]
        return " ".join(readable(part) for part in parts)


def rows_of(select: exp.Select, fields: Iterable[exp.Expr]) -> exp.Select:
    """Return a query with a contact's key, and fields named field_0 and so on, for each of the rows
    that a select chooses among.
    """
    rows = select.copy()
    for clause in ("where", "distinct", "order"):
        rows.set(clause, None)
    named = {KEY: key_of(select) or exp.column(KEY)}
    named |= {f"field_{number}": field for number, field in enumerate(fields)}
    added = [exp.alias_(tree.copy(), name, quoted=True) for name, tree in named.items()]
    rows.set("expressions", added)
    return rows


def key_of(select: exp.Select) -> exp.Expr | None:
    """Return the SQL of the contact's key in a select; None when it has none."""
    for projection in select.selects:
        if projection.alias_or_name == KEY:
            return projection.unalias()
    return exp.column(KEY) if any(projection.is_star for projection in select.selects) else None


def plain_source(select: exp.Select) -> exp.Expr | None:
    """Return what a select reads when it does nothing but pass rows on, else None."""
    source = select.args.get("from_")
    changes = ("joins", "where", "group", "having", "qualify", "limit", "offset", "distinct")
    if source is None or any(select.args.get(part) for part in changes):
        return None
    return source.this if isinstance(source.this, exp.Expr) else None


def with_ctes(query: exp.Query, ctes: Sequence[exp.CTE]) -> exp.Query:
    """Return a query that has the CTEs before its own."""
    changed = query.copy()
    own = changed.ctes
    if ctes or own:
        changed.set("with_", exp.With(expressions=[*(cte.copy() for cte in ctes), *own]))
    return changed


def _inmost(query: exp.Query) -> exp.Query:
    """Follow `select contact_id from the_last_cte` to what that CTE selects."""
    if not isinstance(query, exp.Select):
        return query
    source = plain_source(query)
    passes_key = any(
        projection.is_star or (isinstance(projection, exp.Column) and projection.name == KEY)
        for projection in query.selects
    )
    if not isinstance(source, exp.Table) or source.db or not passes_key:
        return query
    earlier: list[exp.CTE] = []
    for cte in query.ctes:
        if cte.alias == source.name and isinstance(cte.this, exp.Query):
            return _inmost(with_ctes(cte.this, earlier))
        earlier.append(cte)
    return query
