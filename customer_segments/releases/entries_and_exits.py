"""Says in a draft which conditions made contacts enter or leave segments since the warehouse."""

from collections.abc import Mapping
from typing import Any

from customer_segments.database import query_rows
from customer_segments.releases.store import Store
from customer_segments.segments.changed_conditions import say_failed
from customer_segments.segments.working_copy import WorkingCopy, compiled_working_copy


def say_conditions(store: Store, now: WorkingCopy, variables: Mapping[str, Any]) -> None:
    """Write into the draft's segment_changes what dbt leaves open: the conditions of rules that do
    not hold now, of contacts who left; those that did not hold before, of contacts who entered.

    What held before, the warehouse knows, if it is of the day built before; if it is of the same
    day, it was told then. Where DuckDB can't write in the draft, conditions stay unknown. Raises
    UserError.
    """
    with store.draft.at_hand() as opened:
        if opened is None:
            return
        connection, main = opened
        ((is_open, as_of, day_before),) = connection.execute(
            f"select count(*) > 0, max(as_of), (select max(day) from {main}.segment_days"
            f" where day < max(as_of)) from {main}.segment_changes where condition is null"
        ).fetchall()
        say_failed(connection, f"{main}.segment_changes", "left", now, now)
    tables = store.warehouse.tables() if is_open and store.warehouse.exists() else {}
    if ("main", "segments") not in tables:
        return
    settings = {key: value for key, value in variables.items() if key != "as_of"}
    with store.warehouse.opened() as connection:
        ((day,),) = query_rows(connection, "select max(as_of) from main.segments")
        if day == day_before:
            before = compiled_working_copy(store.warehouse, connection, settings)
    with store.draft.at_hand(before=True) as opened:
        if opened is None:
            return
        connection, main = opened
        if day == day_before:
            say_failed(connection, f"{main}.segment_changes", "entered", before, now)
        elif day == as_of and ("main", "segment_changes") in tables:
            connection.execute(
                f"update {main}.segment_changes as changes set condition = before.condition"
                " from main.segment_changes as before where changes.condition is null"
                " and changes.contact_id = before.contact_id"
                " and changes.segment = before.segment and changes.change = before.change"
            )
