"""The segments that the project's files define now, ready to run on a built warehouse."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TypeVar

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from customer_segments.database import query_rows
from customer_segments.dbt import PROJECT
from customer_segments.engines.database import Database
from customer_segments.errors import UserError
from customer_segments.segments.compiled import compiled
from customer_segments.segments.declared import Declared, declared
from customer_segments.segments.definition import KEY, Definition
from customer_segments.segments.partition import Partition, partition_of
from customer_segments.sentences import either

UNION = "segment_rule_members"
MEMBERS = "segment_memberships"
MATCHED = "matched_"
Result = TypeVar("Result")
Tree = TypeVar("Tree", bound=exp.Expr)


class WorkingCopy:
    """The SQL of the segments, and of what they build on, as the project's files have it."""

    def __init__(
        self,
        compiled: Mapping[str, str],
        declared: Declared,
        built: frozenset[str] = frozenset(),
        broken: Mapping[str, str] | None = None,
        off: Mapping[str, str] | None = None,
    ) -> None:
        """Take models' SQL by name, and the aliases that the warehouse was built with; what is
        wrong by the model's name, or by the file's path where no SQL is lost; and on what rules
        depend that are switched off, by name.
        """
        self._compiled, self._broken, self._off = dict(compiled), dict(broken or {}), off or {}
        self._parsed: dict[str, exp.Query] = {}
        self.declared, self.built = declared, built

    @property
    def unlisted(self) -> set[str]:
        """Rules that the union does not list."""
        return set(self.declared.rules - self.declared.listed)

    @property
    def notes(self) -> list[str]:
        """A sentence for each file that is broken."""
        notes = [f"Left out, for it is broken: {said}" for said in self._broken.values()]
        if self.broken:
            notes.append("Segments that build on it have its members of the last build.")
        return notes

    @property
    def broken(self) -> set[str]:
        """Models whose SQL does not run."""
        return self._broken.keys() & self.declared.models

    def definition(self, segment: str) -> Definition:
        """Return one segment. Raises UserError when the project does not define it."""
        if segment in self.declared.rules:
            return Definition(segment, self._query(segment))
        if value := self.declared.values.get(segment):
            return Definition(segment, _chosen(value.model, value.column, value.value))
        for family, model in self.declared.splits.items():
            if segment.startswith(f"{family}_") and segment in self.built:
                return Definition(segment, _chosen(model, "segment", segment))
        raise UserError(self._missing(segment))

    def partition(self, segment: str) -> Partition | None:
        """Return the CASE that decides on a family's value; None when there is no such CASE."""
        value = self.declared.values.get(segment)
        return partition_of(self._query(value.model), value.column) if value else None

    def members(self) -> str:
        """Return the SQL of who is in each segment that is not broken: contact_id, segment."""
        listed = exp.select(KEY, "segment").distinct().from_(self._query(UNION).subquery("listed"))
        matched: exp.Query = self._with_models(listed)
        # A new segment may not be in the list yet.
        for name in sorted(self.unlisted - self.broken):
            matched = exp.union(matched, self._matched(name))
        return self._written(self._members(matched))

    def set_aside_broken(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Try the SQL of each segment; what does not run is broken from now on.

        Says whether there is more of it than before.
        """
        before = len(self._broken)
        models = self.declared.models & self._compiled.keys()
        references = {name: self._references(name, models) for name in sorted(models)}
        for name in TopologicalSorter(references).static_order():
            try:
                if name in self.declared.rules:
                    self.definition(name)
                sql = self.sql(exp.select(KEY).from_(self._query(name).subquery("tried")))
                query_rows(connection, f"select count({KEY}) from ({sql}) as tried")
            except UserError as error:
                said = str(error)
                named = said.startswith(f"segment {name} ")
                self._broken[name] = said if named else f"segment {name}: {said}"
                self._compiled.pop(name)
        return len(self._broken) > before

    def sql(self, tree: exp.Expr) -> str:
        """Return SQL that runs on the warehouse, with the segments it builds on put in."""
        return self._written(self._with_models(tree.copy()))

    @staticmethod
    def _written(tree: exp.Expr) -> str:
        return str(tree.sql(dialect="duckdb", comments=False))

    def _query(self, name: str) -> exp.Query:
        if name in self.broken:
            raise UserError(self._broken[name])
        if name not in self._parsed:
            try:
                query = sqlglot.parse_one(self._compiled[name], dialect="duckdb")
            except SqlglotError as error:
                raise UserError(f"its SQL is not complete: {str(error).splitlines()[0]}") from error
            if not isinstance(query, exp.Query):
                raise UserError(f"segment {name} is not a select")
            self._parsed[name] = query
        return self._parsed[name]

    def _references(self, name: str, models: Collection[str]) -> set[str]:
        try:
            return {table.name for table in _tables(self._query(name)) if table.name in models}
        except UserError:
            return set()

    def _with_models(self, tree: Tree) -> Tree:
        """Put the project's SQL in the place of what the last build made of it."""
        for table in _tables(tree):
            query = self._made(table)
            if query is not None:
                table.replace(query.subquery(table.alias or table.name))
        return tree

    def _made(self, table: exp.Table) -> exp.Query | None:
        """Return the SQL of a table or view; None where the last build's counts."""
        name = table.name.removeprefix(MATCHED)
        if name != table.name and name in self.declared.rules:
            return exp.select(KEY).from_(self._matched(name).subquery("matched"))
        if table.name in self.broken and table.name not in self.built:
            raise UserError(f"it builds on {table.name}, which is broken and was never built")
        if table.name not in self.declared.models or table.name not in self._compiled:
            return None
        if table.name in self.declared.rules:
            members = self._members(self._matched(table.name)).subquery("members")
            wanted = exp.column("segment").eq(exp.Literal.string(table.name))
            return exp.select(KEY).from_(members).where(wanted)
        return self._runnable_query(table.name)

    def _matched(self, name: str) -> exp.Select:
        """Return whom a rule matches: contact_id, segment; nobody when it is broken."""
        segment = exp.alias_(exp.Literal.string(name), "segment")
        if name in self.broken:
            nobody = exp.cast(exp.null(), exp.DType.VARCHAR).as_(KEY)
            return exp.select(nobody, segment).where(exp.false())
        return exp.select(KEY, segment).from_(self._runnable_query(name).subquery("matched"))

    def _members(self, matched: exp.Query) -> exp.Query:
        """Return who is in a segment, of whom its rule matches, as the build has it."""
        query = self._query(MEMBERS).copy()
        for table in _tables(query):
            if table.name == UNION:
                table.replace(matched.subquery(UNION))
        return query

    def _runnable_query(self, name: str) -> exp.Query:
        return self._with_models(self._query(name).copy())

    def _missing(self, segment: str) -> str:
        if segment in self._off:
            return f"segment {segment} is switched off: it is built if {self._off[segment]} is true"
        if segment in self.built:
            return f"segment {segment} was in the last build, but the project no longer defines it"
        known = self.declared.rules | self.declared.values.keys() | self.built
        close = get_close_matches(segment, sorted(known), n=3)
        hint = f"; did you mean {either(close)}?" if close else ""
        return f"there is no segment {segment}{hint}"


def compiled_working_copy(
    warehouse: Path | Database,
    connection: duckdb.DuckDBPyConnection,
    variables: Mapping[str, str],
) -> WorkingCopy:
    """Compile the segments for the day that the warehouse was built for.

    The connection is to the warehouse, and closed. Raises UserError when the warehouse has no
    segments yet.
    """
    try:
        as_of = query_rows(connection, "select max(as_of) from main.lifecycle_segments")[0][0]
        built = query_rows(connection, "select segment from main.segments")
    except UserError as error:
        raise UserError(f"{warehouse} has no segments yet; run make build first") from error
    found = compiled({"as_of": str(as_of), **variables}, warehouse, connection)
    files, unread = declared(PROJECT / "models")
    return WorkingCopy(
        found.sql,
        replace(files, rules=files.rules - found.off.keys()),
        frozenset(str(row[0]) for row in built),
        {**{file: file for file in unread}, **found.broken},
        found.off,
    )


def asked(
    copy: WorkingCopy,
    connection: duckdb.DuckDBPyConnection,
    ask: Callable[[], Result],
    segment: str = "",
) -> Result:
    """Ask, and when that fails once more without the segments whose SQL does not run.

    What is wrong then names the segment asked for.
    """
    try:
        try:
            return ask()
        except UserError:
            if not copy.set_aside_broken(connection):
                raise
            return ask()
    except UserError as error:
        if segment in str(error):
            raise
        raise UserError(f"segment {segment}: {error}") from error


def _tables(tree: exp.Expr) -> list[exp.Table]:
    """Return what it reads but its own CTEs, which may have the name of a segment."""
    return [table for table in tree.find_all(exp.Table) if table.db]


def _chosen(model: str, column: str, value: str) -> exp.Select:
    return exp.select(KEY).from_(f"main.{model}").where(exp.column(column).eq(value))
