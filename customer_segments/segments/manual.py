"""The manual changes that a segment's members are subject to."""

from dataclasses import dataclass

import duckdb

from customer_segments.database import query_rows
from customer_segments.sql import literal


@dataclass(frozen=True)
class Change:
    """The last manual change of a contact's membership."""

    contact_id: str
    action: str
    changed_at: str
    changed_by: str
    reason: str

    def __str__(self) -> str:
        """The change as words: what, when, by whom, why."""
        what = "added" if self.action == "add" else "removed"
        return f"{what} manually on {self.changed_at} by {self.changed_by} ({self.reason})"


def manual_changes(segment: str, connection: duckdb.DuckDBPyConnection) -> list[Change]:
    """Return a segment's manual changes that count now, one a contact, in the contacts' order."""
    rows = query_rows(
        connection,
        "select contact_id, action, cast(changed_at as date), coalesce(changed_by, 'somebody'),"
        " coalesce(reason, 'no reason given') from intermediate.int_segment_manual_changes"
        f" where segment = {literal(segment)} order by contact_id",
    )
    return [Change(*map(str, row)) for row in rows]


def manual_change(
    segment: str, contact_id: str, connection: duckdb.DuckDBPyConnection
) -> Change | None:
    """Return a contact's manual change in a segment, if there is one."""
    changes = manual_changes(segment, connection)
    return next((change for change in changes if change.contact_id == contact_id), None)
