"""Why a contact is, or is not, in a segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
from sqlglot import exp

from customer_segments.database import query_rows
from customer_segments.errors import UserError
from customer_segments.segments.definition import KEY, Condition, Definition, rows_of
from customer_segments.segments.manual import manual_changes
from customer_segments.segments.partition import Partition
from customer_segments.segments.wording import readable
from customer_segments.segments.working_copy import WorkingCopy, asked
from customer_segments.sql import literal

WORDS = {True: "yes", False: "no", None: "unknown"}
_TEXT_FROM = 10


@dataclass(frozen=True)
class Finding:
    """Whether a condition holds for the contact, and the contact's values in it."""

    text: str
    holds: bool | None
    values: dict[str, object] = field(default_factory=dict)
    depth: int = 0
    remark: str = ""

    def __str__(self) -> str:
        """The finding, on as many lines as its text has."""
        indent = "    " * self.depth
        text = self.text.replace("\n", "\n" + " " * _TEXT_FROM + indent)
        shown = {name: value for name, value in self.values.items() if name != self.text}
        values = ", ".join(f"{name} = {_shown(value)}" for name, value in shown.items())
        return (
            f"{WORDS[self.holds]:>8}  {indent}{text}"
            + (f"   [{values}]" if values else "")
            + (f"   <- {self.remark}" if self.remark else "")
        )


@dataclass(frozen=True)
class Explanation:
    """Whether a contact is a member, by rule or manually, and what each condition finds."""

    segment: str
    contact_id: str
    matches: bool
    manual: str
    is_member: bool
    findings: Sequence[Finding]
    note: str = ""

    def __str__(self) -> str:
        """The explanation as a person reads it."""
        verdict = "is in" if self.is_member else "is not in"
        because = f": {self.manual}; {_rule(self.matches)}" if self.manual else ""
        first = f"{self.contact_id} {verdict} {self.segment}{because}"
        return "\n".join([first, *filter(None, [self.note]), *map(str, self.findings)])


def explain(
    segment: str, contact_id: str, copy: WorkingCopy, connection: duckdb.DuckDBPyConnection
) -> Explanation:
    """Return each condition with the contact's values and whether it holds.

    Raises UserError when there is no such segment or contact, and when the segment's SQL fails.
    """
    definition = copy.definition(segment)
    _require(contact_id, connection)
    examination = _Examination(contact_id, copy, connection)
    return asked(copy, connection, lambda: examination.explanation(definition), segment)


@dataclass(frozen=True)
class _Examination:
    """A contact on a warehouse, held against definitions."""

    contact_id: str
    copy: WorkingCopy
    connection: duckdb.DuckDBPyConnection

    def explanation(self, definition: Definition) -> Explanation:
        matches = self._matches(definition)
        is_added, change = self._change(definition.segment)
        partition = self.copy.partition(definition.segment)
        if partition is not None:
            value = self.copy.declared.values[definition.segment].value
            findings = self._outcomes(partition, value)
        else:
            findings = self.findings(definition, 0)
        return Explanation(
            definition.segment,
            self.contact_id,
            matches,
            change,
            is_added if change else matches,
            findings,
            "the first of these that holds decides:" if partition is not None else "",
        )

    def findings(self, definition: Definition, depth: int) -> list[Finding]:
        """Return a finding for each condition and part of one."""
        select, parts = definition.select, definition.parts
        if select is None:
            return [Finding(readable(definition.query), self._matches(definition), depth=depth)]
        seen, count = self._seen(select, parts, [part.columns for part in parts])
        if not seen:
            return [Finding(f"in {definition.source}", False, depth=depth)]
        found: list[Finding] = []
        for part, (holds, values) in zip(parts, seen, strict=True):
            remark = f"the best of {count} rows" if count > 1 and not found else ""
            values |= self._evidence(part)
            found.append(Finding(part.text, holds, values, depth + part.depth, remark))
            found += self._other_segment(part, depth + part.depth + 1)
        return found

    def _seen(
        self,
        select: exp.Select,
        conditions: Sequence[Condition],
        columns: Sequence[Mapping[str, exp.Expr]],
    ) -> tuple[list[tuple[bool | None, dict[str, object]]], int]:
        """Return whether each condition holds in the contact's row that meets the most, with the
        values of its columns there; and how many rows there are.
        """
        looked_at = {text: tree for found in columns for text, tree in found.items()}
        trees = [*(condition.tree for condition in conditions), *looked_at.values()]
        rows = rows_of(select, trees)
        found = query_rows(
            self.connection,
            f"select * exclude ({KEY}) from ({self.copy.sql(rows)}) as rows"
            f" where {self._is_contact} order by all",
        )
        if not found:
            return [], 0
        outermost = [number for number, one in enumerate(conditions) if not one.depth]
        best = max(found, key=lambda row: sum(bool(row[number]) for number in outermost))
        values = dict(zip(looked_at, best[len(conditions) :], strict=True))
        return [
            (None if holds is None else bool(holds), {text: values[text] for text in texts})
            for holds, texts in zip(best, columns, strict=False)
        ], len(found)

    def _evidence(self, part: Condition) -> dict[str, object]:
        """Return how many single rows of the contact a sub-select finds."""
        events = part.events
        if events is None or not isinstance(events.selects[0], exp.Column):
            return {}
        key = events.selects[0]
        counted = events.copy()
        counted.set("expressions", [exp.Count(this=exp.Star())])
        for clause in ("group", "having", "distinct", "order", "limit"):
            counted.set(clause, None)
        counted = counted.where(key.copy().eq(exp.Literal.string(self.contact_id)))
        ((count,),) = query_rows(self.connection, self.copy.sql(counted))
        return {f"such rows of {events.args['from_'].this.name}": count}

    def _other_segment(self, part: Condition, depth: int) -> list[Finding]:
        """Return the findings of the segment that a condition asks for."""
        table = part.membership
        rules = self.copy.declared.rules - self.copy.broken
        if table is None or table.name not in rules:
            return []
        definition = self.copy.definition(table.name)
        is_added, change = self._change(table.name)
        text = f"{change}; {_rule(self._matches(definition))}"
        manual = [Finding(text, is_added, depth=depth)] if change else []
        return [*manual, *self.findings(definition, depth)]

    def _change(self, segment: str) -> tuple[bool, str]:
        return manual_changes(segment, self.connection).get(self.contact_id, (False, ""))

    def _outcomes(self, partition: Partition, wanted: str) -> list[Finding]:
        """Return the conditions of a CASE up to the one that holds."""
        conditions = [Condition(tree or exp.true()) for tree, _ in partition.branches]
        columns = [
            {text: tree for part in condition.parts() for text, tree in part.columns.items()}
            for condition in conditions
        ]
        seen, _ = self._seen(partition.select, conditions, columns)
        findings: list[Finding] = []
        for (holds, values), (tree, outcome) in zip(seen, partition.branches, strict=False):
            text = f"{outcome}: {readable(tree) if tree is not None else 'everybody else'}"
            remark = "this segment" if outcome == wanted else ""
            findings.append(Finding(text, holds, values, 0, remark))
            if holds:
                break
        return findings

    def _matches(self, definition: Definition) -> bool:
        sql = self.copy.sql(definition.query)
        sql = f"select 1 from ({sql}) as members where {self._is_contact} limit 1"
        return bool(query_rows(self.connection, sql))

    @property
    def _is_contact(self) -> str:
        return f"{KEY} = {literal(self.contact_id)}"


def _rule(matches: bool) -> str:
    return "the rule matches" if matches else "the rule does not match"


def _require(contact_id: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise UserError when the warehouse has no such contact, saying where it went."""
    wanted = literal(contact_id)
    if query_rows(connection, f"select 1 from main.dim_contacts where contact_id = {wanted}"):
        return
    merged = query_rows(
        connection,
        f"select contact_id from intermediate.int_contact_map where source_contact_id = {wanted}",
    )
    if merged:
        raise UserError(f"contact {contact_id} was merged into {merged[0][0]}; ask for that one")
    raise UserError(f"there is no contact {contact_id} in the warehouse")


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, list):
        return f"({', '.join(map(str, value))})"
    return str(value)
