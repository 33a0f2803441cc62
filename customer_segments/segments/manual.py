"""The manual changes that a segment's members are subject to."""

import duckdb

from customer_segments.database import query_rows
from customer_segments.sql import literal


def manual_changes(
    segment: str, connection: duckdb.DuckDBPyConnection
) -> dict[str, tuple[bool, str]]:
    """Return, by contact, the manual changes of a segment that count now: whether the contact was
    added, not removed, and when, by whom and why.
    """
    rows = query_rows(
        connection,
        "select contact_id, action = 'add', concat(if(action = 'add', 'added', 'removed'),"
        " ' manually on ', cast(changed_at as date), ' by ', coalesce(changed_by, 'somebody'),"
        " ' (', coalesce(reason, 'no reason given'), ')')"
        f" from intermediate.int_segment_manual_changes where segment = {literal(segment)}",
    )
    return {str(contact): (bool(is_added), str(words)) for contact, is_added, words in rows}
