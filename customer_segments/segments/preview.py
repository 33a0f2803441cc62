"""How large a segment would be, and what each of its conditions takes away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import duckdb
from sqlglot import exp

from customer_segments.database import query_rows
from customer_segments.segments.definition import Condition, Definition, rows_of
from customer_segments.segments.logic import never_fails, never_holds
from customer_segments.segments.manual import manual_changes
from customer_segments.segments.partition import Partition
from customer_segments.segments.wording import readable
from customer_segments.segments.working_copy import WorkingCopy, asked
from customer_segments.sql import literal

SHOWN = 5
_TEXT_FROM = 22


@dataclass(frozen=True)
class Step:
    """A line of the funnel: how many are left after it, how many it holds for by itself."""

    text: str
    left: int | None
    alone: int | None = None
    remark: str = ""

    def __str__(self) -> str:
        """The step, on as many lines as its text has."""
        figures = (self.left, self.alone)
        numbers = [" " * 10 if figure is None else f"{figure:>10,}" for figure in figures]
        text = self.text.replace("\n", "\n" + " " * _TEXT_FROM)
        return f"{''.join(numbers)}  {text}" + (f"   <- {self.remark}" if self.remark else "")


@dataclass(frozen=True)
class Preview:
    """What a build would make of a segment."""

    segment: str
    size: int
    contacts: int
    built: int | None
    members: Sequence[str]
    steps: Sequence[Step]
    heads: tuple[str, str] = ("left", "alone")

    def __str__(self) -> str:
        """The preview as a person reads it."""
        share = self.size / self.contacts if self.contacts else 0
        built = "not built yet" if self.built is None else f"{self.built:,} when last built"
        members = f"for example {', '.join(self.members)}" if self.members else "no members"
        return "\n".join(
            [
                f"{self.segment}: {self.size:,} of {self.contacts:,} contacts ({share:.1%}),"
                f" {built}",
                members,
                "",
                f"{self.heads[0]:>10}{self.heads[1]:>10}",
                *(str(step) for step in self.steps),
            ]
        )


def preview(segment: str, copy: WorkingCopy, connection: duckdb.DuckDBPyConnection) -> Preview:
    """Run a definition on a warehouse without saving anything.

    Manual changes count. Raises UserError when there is no such segment or its SQL fails.
    """
    return asked(
        copy, connection, lambda: _preview(copy.definition(segment), copy, connection), segment
    )


def _preview(
    definition: Definition, copy: WorkingCopy, connection: duckdb.DuckDBPyConnection
) -> Preview:
    matched = {
        str(row[0])
        for row in query_rows(
            connection,
            f"select distinct contact_id from ({copy.sql(definition.query)}) as matched"
            " where contact_id is not null",
        )
    }
    contacts = _number(connection, "select count(*) from main.dim_contacts")
    members, manual = _after_changes(definition.segment, matched, connection)
    partition = copy.partition(definition.segment)
    if partition is not None:
        value = copy.declared.values[definition.segment]
        steps = _partition_steps(partition, value.value, copy, connection)
    else:
        everybody = Step("everybody", contacts)
        steps = [everybody, *_funnel(definition, copy, connection, contacts, len(matched))]
    return Preview(
        definition.segment,
        len(members),
        contacts,
        _size_when_built(definition.segment, connection),
        sorted(members)[:SHOWN],
        [*steps, *manual],
        ("first", "alone") if partition is not None else ("left", "alone"),
    )


def _after_changes(
    segment: str, matched: set[str], connection: duckdb.DuckDBPyConnection
) -> tuple[set[str], list[Step]]:
    """Return the members after manual changes, and a step for those that make a difference."""
    changes = manual_changes(segment, connection)
    removed = matched & {contact for contact, (is_added, _) in changes.items() if not is_added}
    added = {contact for contact, (is_added, _) in changes.items() if is_added} - matched
    steps = []
    if removed:
        steps.append(Step(f"{len(removed):,} removed manually", len(matched - removed)))
    members = (matched - removed) | added
    if added:
        steps.append(Step(f"{len(added):,} added manually", len(members)))
    return members, steps


def _funnel(
    definition: Definition,
    copy: WorkingCopy,
    connection: duckdb.DuckDBPyConnection,
    contacts: int,
    size: int,
) -> list[Step]:
    """Return the steps from everybody to those who match."""
    select, parts = definition.select, definition.parts
    if select is None:
        return [Step(readable(definition.query), size)]
    base, *rest = _counts(select, parts, copy, connection)
    steps = [] if base == contacts else [Step(f"in {definition.source}", base)]
    above: list[exp.Expr] = []
    for part, alone, left in zip(parts, rest[::2], rest[1::2], strict=True):
        remark = _remark(part, alone, base, above)
        if part.depth:
            indent = "    " * part.depth
            text = indent + part.text.replace("\n", f"\n{indent}")
            steps.append(Step(text, None, alone, remark))
        else:
            above.append(part.tree)
            steps.append(Step(part.text, left, alone, remark))
    return steps


def _counts(
    select: exp.Select,
    parts: Sequence[Condition],
    copy: WorkingCopy,
    connection: duckdb.DuckDBPyConnection,
) -> list[int]:
    """Return how many contacts there are; then for each part how many it holds for, how many it
    leaves.
    """
    rows = rows_of(select, (part.tree for part in parts))
    figures = ["count(distinct contact_id)"]
    so_far: list[str] = []
    for number, part in enumerate(parts):
        so_far += [] if part.depth else [f"field_{number}"]
        figures += [
            f"count(distinct contact_id) filter (where {condition})"
            for condition in (f"field_{number}", " and ".join(so_far))
        ]
    found = query_rows(connection, f"select {', '.join(figures)} from ({copy.sql(rows)}) as rows")
    return [cast(int, figure) for figure in found[0]]


def _remark(part: Condition, alone: int, base: int, above: Sequence[exp.Expr]) -> str:
    """Return what is odd about a condition: by logic, or with the data as they are."""
    if never_holds(part.tree):
        return "can never hold"
    if never_fails(part.tree):
        return "always holds" if alone == base else "always holds, unless a value is unknown"
    if never_holds(*above, part.tree):
        return "can never hold together with the conditions above"
    if not base:
        return ""
    if alone == 0:
        return "holds for nobody at present"
    return "holds for everybody at present" if alone == base else ""


def _partition_steps(
    partition: Partition, value: str, copy: WorkingCopy, connection: duckdb.DuckDBPyConnection
) -> list[Step]:
    """Return the conditions of a CASE: the first that holds decides on the value."""
    trees = [tree for tree, _ in partition.branches if tree is not None]
    rows = rows_of(partition.select, trees)
    earlier = ["true"]
    figures = []
    for name in (f"field_{number}" for number in range(len(trees))):
        figures += [f"count(*) filter (where {' and '.join([*earlier, name])})"]
        figures += [f"count(*) filter (where {name})"]
        earlier.append(f"not coalesce({name}, false)")
    figures.append(f"count(*) filter (where {' and '.join(earlier)})")
    counts = query_rows(connection, f"select {', '.join(figures)} from ({copy.sql(rows)}) as rows")
    numbers = [cast(int, figure) for figure in counts[0]]
    firsts, alones = numbers[::2], [*numbers[1::2], None]
    steps = []
    for (tree, outcome), first, alone in zip(partition.branches, firsts, alones, strict=True):
        text = f"{outcome}: {readable(tree) if tree is not None else 'everybody else'}"
        steps.append(Step(text, first, alone, "this segment" if outcome == value else ""))
    return steps


def _size_when_built(segment: str, connection: duckdb.DuckDBPyConnection) -> int | None:
    wanted = f"segment = {literal(segment)}"
    rows = query_rows(connection, f"select member_count from main.segments where {wanted}")
    return cast(int, rows[0][0]) if rows else None


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return cast(int, query_rows(connection, sql)[0][0])
