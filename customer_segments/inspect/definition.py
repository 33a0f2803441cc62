"""A segment's definition as the working copy has it, ready to run on a built warehouse."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from customer_segments.dbt import compile_models, manifest
from customer_segments.errors import UserError

UNION = "segment_rule_members"


@dataclass(frozen=True)
class Condition:
    """One of the conditions that a segment joins by AND, or a part of one."""

    tree: exp.Expr
    depth: int = 0
    joined_by: str = "and"

    @property
    def text(self) -> str:
        """The condition's own SQL, without the names of database and schema."""
        return _without_schemas(self.tree).sql(dialect="duckdb")

    @property
    def constant(self) -> bool | None:
        """True or False when the condition always or never holds whatever the data; else None."""
        simple = simplify(self.tree.copy(), dialect="duckdb")
        if isinstance(simple, exp.Boolean):
            return bool(simple.this)
        return False if isinstance(simple, exp.Null) else None

    def parts(self) -> Iterator["Condition"]:
        """Yield the condition and, one level deeper each, what it joins by AND, OR and NOT."""
        yield self
        tree = self.tree.unnest()
        if isinstance(tree, exp.And | exp.Or):
            word = "and" if isinstance(tree, exp.And) else "or"
            for operand in tree.flatten():
                yield from Condition(operand, self.depth + 1, word).parts()
        elif isinstance(tree, exp.Not) and isinstance(tree.this.unnest(), exp.And | exp.Or):
            yield from Condition(tree.this, self.depth + 1, "not").parts()

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the segment's own table that it looks at, not those of a sub-select:
        their SQL by their names.
        """
        own = {
            column.name: column.sql(dialect="duckdb")
            for column in self.tree.find_all(exp.Column)
            if column.parent_select is self.tree.parent_select
        }
        return dict(sorted(own.items()))


@dataclass(frozen=True)
class Definition:
    """A segment's SQL, parsed."""

    segment: str
    query: exp.Query

    @property
    def sql(self) -> str:
        """The whole query."""
        return self.query.sql(dialect="duckdb")

    @property
    def conditions(self) -> list[Condition]:
        """What its last select joins by AND; none for a union or a group."""
        where = self.query.args.get("where")
        if where is None or self.query.args.get("group"):
            return []
        tree = where.this.unnest()
        operands = tree.flatten() if isinstance(tree, exp.And) else [tree]
        return [Condition(operand) for operand in operands]

    @property
    def key(self) -> str:
        """The SQL of the contact's key in its last select."""
        return self.query.selects[0].unalias().sql(dialect="duckdb")

    def selecting(self, columns: str, where: str) -> str:
        """Return the query's last select with other columns and other conditions."""
        changed = self.query.copy()
        changed.set("expressions", [sqlglot.parse_one(columns, dialect="duckdb")])
        changed.set("distinct", None)
        changed.set("where", exp.Where(this=sqlglot.parse_one(where, dialect="duckdb")))
        return changed.sql(dialect="duckdb")


class WorkingCopy:
    """The segments that the project's files define now, compiled for a warehouse."""

    def __init__(self, warehouse: Path, variables: Mapping[str, str]) -> None:
        """Compile the segments. Raises UserError when one does not compile."""
        self._compiled = compile_models("path:models/marts/segments", variables, warehouse)
        nodes = manifest()["nodes"].values()
        self.rules = {node["name"] for node in nodes if "rules" in node["fqn"]}
        self._inlined = {
            node["name"]
            for node in nodes
            if node["name"] in self._compiled and {"rules", "families"} & set(node["fqn"])
        }

    def definition(self, segment: str) -> Definition:
        """Return one segment. Raises UserError when the project does not define it."""
        name = segment if segment in self.rules else UNION
        query = self._query(name)
        if name == UNION:
            alias = exp.Literal.string(segment).sql()
            members = query.sql(dialect="duckdb")
            query = sqlglot.parse_one(
                f"select contact_id from ({members}) as members where segment = {alias}",
                dialect="duckdb",
                into=exp.Select,
            )
        return Definition(segment, query)

    def all_members(self) -> str:
        """Return the SQL of who matches each segment: contact_id, segment, family."""
        return self._query(UNION).sql(dialect="duckdb")

    def _query(self, name: str) -> exp.Query:
        """Return a model's SQL with the segments that it builds on put in."""
        query = sqlglot.parse_one(self._compiled[name], dialect="duckdb")
        if not isinstance(query, exp.Query):
            raise UserError(f"segment {name} is not a select")
        for table in list(query.find_all(exp.Table)):
            if table.name in self._inlined and table.name != name:
                alias = table.alias or table.name
                table.replace(self._query(table.name).subquery(alias))
        return query


def _without_schemas(tree: exp.Expr) -> exp.Expr:
    shown = tree.copy()
    for table in shown.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    return shown


def query_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    """Run a query. Raises UserError with the database's words, in one sentence."""
    try:
        return connection.execute(sql).fetchall()
    except duckdb.Error as error:
        raise UserError(str(error).splitlines()[0]) from error
