"""How large a segment would be, and what each of its conditions takes away."""

from dataclasses import dataclass
from typing import Any, cast

import duckdb

from customer_segments.inspect.definition import Condition, Definition, query_rows

SHOWN = 5


@dataclass(frozen=True)
class Step:
    """A condition, how many contacts meet it alone, and how many are left after it."""

    condition: Condition
    alone: int
    left: int
    contacts: int

    @property
    def remark(self) -> str:
        """What is odd about the condition, if anything."""
        if self.condition.constant is False:
            return "can never hold"
        if self.condition.constant is True:
            return "always holds"
        if self.alone == 0:
            return "holds for nobody"
        return "holds for everybody" if self.alone == self.contacts else ""


@dataclass(frozen=True)
class Preview:
    """What a build would make of a segment."""

    segment: str
    size: int
    contacts: int
    members: list[str]
    steps: list[Step]

    def __str__(self) -> str:
        """The preview as a person reads it."""
        share = self.size / self.contacts if self.contacts else 0
        lines = [
            f"{self.segment}: {self.size:,} of {self.contacts:,} contacts ({share:.1%})",
            f"such as {', '.join(self.members)}" if self.members else "no members",
        ]
        if self.steps:
            lines += [
                "",
                f"{'left':>10}{'alone':>10}  condition",
                f"{self.contacts:>10,}{'':>10}  everybody",
            ]
        for step in self.steps:
            remark = f"  <- {step.remark}" if step.remark else ""
            lines.append(f"{step.left:>10,}{step.alone:>10,}  {step.condition.text}{remark}")
        return "\n".join(lines)


def preview(definition: Definition, connection: duckdb.DuckDBPyConnection) -> Preview:
    """Run a definition on a warehouse without saving anything. Raises UserError when it fails."""
    members = query_rows(
        connection, f"select distinct contact_id from ({definition.sql}) order by 1"
    )
    contacts = cast(int, query_rows(connection, "select count(*) from main.dim_contacts")[0][0])
    return Preview(
        definition.segment,
        len(members),
        contacts,
        [str(row[0]) for row in members[:SHOWN]],
        _funnel(definition, connection, contacts),
    )


def _funnel(
    definition: Definition, connection: duckdb.DuckDBPyConnection, contacts: int
) -> list[Step]:
    conditions = definition.conditions
    if not conditions:
        return []
    texts = [f"({condition.tree.sql(dialect='duckdb')})" for condition in conditions]
    counts: list[Any] = []
    for position, text in enumerate(texts):
        so_far = " and ".join(texts[: position + 1])
        for where in (text, so_far):
            sql = definition.selecting(f"count(distinct {definition.key})", where)
            counts.append(query_rows(connection, sql)[0][0])
    return [
        Step(condition, alone, left, contacts)
        for condition, alone, left in zip(conditions, counts[::2], counts[1::2], strict=True)
    ]
