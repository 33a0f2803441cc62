"""The segments that the project's files define now, ready to run on a built warehouse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from customer_segments.dbt import compile_models, manifest
from customer_segments.errors import UserError
from customer_segments.inspect.database import query_rows
from customer_segments.inspect.definition import KEY, Definition, plain_source, with_ctes
from customer_segments.sentences import either
from customer_segments.sql import literal

UNION = "segment_rule_members"
MODELS = ("path:models/marts/segments/rules", "path:models/marts/segments/families", UNION)


@dataclass(frozen=True)
class FamilyValue:
    """A segment that is one value of a column of a family's model."""

    family: str
    model: str
    column: str
    value: str


@dataclass(frozen=True)
class Declared:
    """What the project's files declare: rules, values of families, and columns split by value.

    Members of those withheld are not published.
    """

    rules: frozenset[str]
    listed: frozenset[str] = frozenset()
    values: Mapping[str, FamilyValue] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()

    @property
    def models(self) -> set[str]:
        """The models that are to be run as the files have them, not read from the warehouse."""
        families = {value.model for value in self.values.values()}
        return {*self.rules, *families, *self.splits.values()}


@dataclass(frozen=True)
class Partition:
    """A column that is the outcome of a CASE, with the rows that the CASE looks at."""

    select: exp.Select
    branches: Sequence[tuple[exp.Expr | None, str]]


class WorkingCopy:
    """The SQL of the segments, and of what they build on, as the project's files have it."""

    def __init__(
        self, compiled: Mapping[str, str], declared: Declared, built: frozenset[str] = frozenset()
    ) -> None:
        """Take models' SQL by their names, and the aliases that the warehouse was built with."""
        self._compiled = compiled
        self._parsed: dict[str, exp.Query] = {}
        self._runnable: dict[str, exp.Query] = {}
        self.declared = declared
        self.built = built

    @property
    def unlisted(self) -> set[str]:
        """Rules without a line in the union."""
        return set(self.declared.rules - self.declared.listed)

    def definition(self, segment: str) -> Definition:
        """Return one segment. Raises UserError when the project does not define it."""
        if segment in self.declared.rules:
            return Definition(segment, self._query(segment))
        value = self.declared.values.get(segment)
        if value is not None:
            wanted = exp.column(value.column).eq(exp.Literal.string(value.value))
            return Definition(segment, exp.select(KEY).from_(_built(value.model)).where(wanted))
        for family, model in self.declared.splits.items():
            if segment.startswith(f"{family}_") and segment in self.built:
                wanted = exp.column("segment").eq(exp.Literal.string(segment))
                return Definition(segment, exp.select(KEY).from_(_built(model)).where(wanted))
        raise UserError(self._missing(segment))

    def partition(self, segment: str) -> Partition | None:
        """Return the CASE that decides on a family's value; None when there is no such CASE."""
        value = self.declared.values.get(segment)
        return _partition(self._query(value.model), value.column) if value else None

    def members(self) -> str:
        """Return the SQL of who matches each segment by its rule: contact_id, segment."""
        listed = self.sql(exp.select(KEY, "segment").from_(self._query(UNION).subquery("listed")))
        # A new segment may not have its line in the union yet.
        added = [
            f"select contact_id, {literal(name)} as segment from ({self.run(name)}) as added"
            for name in sorted(self.unlisted)
        ]
        return " union ".join([listed, *added])

    def run(self, segment: str) -> str:
        """Return the SQL of a segment. Raises UserError when the project does not define it."""
        return self.sql(self.definition(segment).query)

    def sql(self, tree: exp.Expr) -> str:
        """Return SQL that runs on the warehouse, with the segments it builds on put in."""
        return str(self._with_models(tree.copy()).sql(dialect="duckdb", comments=False))

    def _query(self, name: str) -> exp.Query:
        if name not in self._parsed:
            query = sqlglot.parse_one(self._compiled[name], dialect="duckdb")
            if not isinstance(query, exp.Query):
                raise UserError(f"segment {name} is not a select")
            self._parsed[name] = query
        return self._parsed[name]

    def _with_models(self, tree: exp.Expr) -> exp.Expr:
        for table in list(tree.find_all(exp.Table)):
            # Without a schema it is a CTE, which may have the name of a segment.
            if table.db and table.name in self.declared.models and table.name in self._compiled:
                model = self._runnable_query(table.name).copy()
                table.replace(model.subquery(table.alias or table.name))
        return tree

    def _runnable_query(self, name: str) -> exp.Query:
        if name not in self._runnable:
            query = self._with_models(self._query(name).copy())
            assert isinstance(query, exp.Query)
            self._runnable[name] = query
        return self._runnable[name]

    def _missing(self, segment: str) -> str:
        known = self.declared.rules | set(self.declared.values) | self.built
        if segment in self.built:
            return f"segment {segment} was in the last build, but the project no longer defines it"
        close = get_close_matches(segment, sorted(known), n=3)
        hint = f"; did you mean {either(close)}?" if close else ""
        return f"there is no segment {segment}{hint}"


def compiled_working_copy(
    warehouse: Path, connection: duckdb.DuckDBPyConnection, variables: Mapping[str, str]
) -> WorkingCopy:
    """Compile the segments for the day that the warehouse was built for.

    The connection is to the warehouse, and closed: dbt needs the file for itself. Raises UserError
    when the warehouse has no segments yet, or when one does not compile.
    """
    try:
        as_of = query_rows(connection, "select max(as_of) from main.lifecycle_segments")[0][0]
        built = query_rows(connection, "select segment from main.segments")
    except UserError as error:
        raise UserError(f"{warehouse} has no segments yet; run make build first") from error
    connection.close()
    compiled = compile_models(MODELS, {"as_of": str(as_of), **variables}, warehouse.absolute())
    return WorkingCopy(compiled, declared(manifest()), frozenset(str(row[0]) for row in built))


def declared(project: Mapping[str, Any]) -> Declared:
    """Read from dbt's manifest what the project declares."""
    models = [
        node
        for node in project["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1:3] == ["marts", "segments"]
    ]
    listed = {
        name.split(".")[-1]
        for node in models
        if node["name"] == UNION
        for name in node["depends_on"]["nodes"]
    }
    values = {
        f"{family['family']}_{value}": FamilyValue(
            family["family"], node["name"], family["column"], str(value)
        )
        for node in models
        for family in node["config"]["meta"].get("families", [])
        for value in family["values"]
    }
    splits = {
        split["family"]: node["name"]
        for node in models
        for split in node["config"]["meta"].get("splits", [])
    }
    rules = frozenset(node["name"] for node in models if "rules" in node["fqn"])
    withheld = frozenset(
        node["name"]
        for node in models
        if not node["config"]["meta"].get("members_are_published", True)
    )
    return Declared(rules, rules & listed, values, splits, withheld)


def _built(model: str) -> exp.Table:
    return exp.table_(model, db="main")


def _partition(query: exp.Query, column: str) -> Partition | None:
    """Follow a column to the CASE that it is the outcome of."""
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
            return _partition(with_ctes(cte.this, earlier), name)
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
