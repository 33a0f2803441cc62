"""Why a contact is, or is not, in a segment."""

from dataclasses import dataclass

import duckdb

from customer_segments.errors import UserError
from customer_segments.inspect.definition import Condition, Definition, query_rows

WORDS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Finding:
    """Whether a condition holds for the contact, and the contact's values in it."""

    condition: Condition
    holds: bool | None
    values: dict[str, object]

    def __str__(self) -> str:
        """The finding as a line."""
        joined = f"{self.condition.joined_by} " if self.condition.depth else ""
        values = ", ".join(f"{name} = {_shown(value)}" for name, value in self.values.items())
        indent = "    " * self.condition.depth
        return f"{WORDS[self.holds]:>8}  {indent}{joined}{self.condition.text}" + (
            f"   [{values}]" if values else ""
        )


def explain(definition: Definition, contact_id: str, connection: duckdb.DuckDBPyConnection) -> str:
    """Return each condition with the contact's values and whether it holds.

    Raises UserError when the warehouse has no such contact.
    """
    key = contact_id.replace("'", "''")
    if not query_rows(connection, f"select 1 from main.dim_contacts where contact_id = '{key}'"):
        raise UserError(_unknown(contact_id, connection))
    inside = query_rows(
        connection, f"select 1 from ({definition.sql}) as members where contact_id = '{key}'"
    )
    findings = _findings(definition, key, connection)
    verdict = "matches" if inside else "does not match"
    by_hand = _changes_by_hand(definition.segment, key, connection)
    return "\n".join(
        [f"{contact_id} {verdict} {definition.segment}", *by_hand, *map(str, findings)]
    )


def _findings(
    definition: Definition, key: str, connection: duckdb.DuckDBPyConnection
) -> list[Finding]:
    """Return what is found in the contact's row. Of several, such as its orders, the one counts
    that meets the most conditions.
    """
    parts = [part for condition in definition.conditions for part in condition.parts()]
    if not parts:
        return []
    fields = {}
    for number, part in enumerate(parts):
        fields[str(number)] = f"cast({part.tree.sql(dialect='duckdb')} as boolean)"
        fields |= {f"{number} {name}": sql for name, sql in part.columns.items()}
    packed = ", ".join(f'"{name}" := {sql}' for name, sql in fields.items())
    sql = definition.selecting(f"struct_pack({packed})", f"{definition.key} = '{key}'")
    rows = [dict(row) for (row,) in query_rows(connection, sql) if isinstance(row, dict)]
    whole = [str(number) for number, part in enumerate(parts) if part.depth == 0]
    found = max(rows, key=lambda row: (sum(row[n] is True for n in whole), repr(row)), default={})
    return [
        Finding(
            part,
            found.get(str(number)),
            {name: found[f"{number} {name}"] for name in part.columns if found},
        )
        for number, part in enumerate(parts)
    ]


def _changes_by_hand(segment: str, key: str, connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = query_rows(
        connection,
        "select action, changed_at, changed_by, reason from main.segment_manual_changes"
        f" where contact_id = '{key}' and segment = '{segment}'",
    )
    return [
        f"     but by hand: {action} on {changed_at} by {changed_by or 'somebody'}"
        f" ({reason or 'no reason given'})"
        for action, changed_at, changed_by, reason in rows
    ]


def _unknown(contact_id: str, connection: duckdb.DuckDBPyConnection) -> str:
    rows = query_rows(
        connection,
        "select contact_id from intermediate.int_contact_map where source_contact_id = "
        + f"'{contact_id.replace(chr(39), chr(39) * 2)}'",
    )
    if rows:
        return f"contact {contact_id} was merged into {rows[0][0]}; ask for that one"
    return f"there is no contact {contact_id} in the warehouse"


def _shown(value: object) -> str:
    return "unknown" if value is None else str(value)
