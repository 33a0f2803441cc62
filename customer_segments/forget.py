"""Takes a day out of the history."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb

from customer_segments.dbt import parse, render
from customer_segments.errors import UserError
from customer_segments.locks import held
from customer_segments.places import Places
from customer_segments.releases.draft import Draft, attached, bring_in_log


def forget_day(places: Places, day: date) -> str:
    """Take a day out of a warehouse's history, as if it had never been built; say what is next.

    Raises UserError when the warehouse is in use, or has no such day.
    """
    if places.target != "duckdb":
        raise UserError("a day is taken out of the history of a DuckDB file only")
    warehouse = places.warehouse
    with held(places.lock, str(warehouse)):
        if not warehouse.exists():
            raise UserError(f"there is no {warehouse}; name the warehouse by WAREHOUSE=")
        bring_in_log(warehouse)
        days = _built_days(warehouse)
        if day not in days:
            near = ", ".join(map(str, sorted(days, key=lambda built: abs(built - day))[:3]))
            raise UserError(f"{warehouse} has no day {day}; the nearest are {near or 'none'}")
        draft = Draft(warehouse)
        draft.begin()
        asked = f"{{{{ forget_day('{day}') }}}}"
        sql = render(asked, {}, draft.file, parse({}, warehouse))
        with attached(draft.file) as connection:
            connection.execute(sql)
        draft.put_in_place()
    return (
        f"{day} is out of the history in {warehouse}.\n"
        "What was published still has it; the next make build publishes without it."
    )


def _built_days(warehouse: Path) -> set[date]:
    """Return the days that are in the history. Raises UserError when it can't be read."""
    with attached(warehouse, "read_only") as connection, suppress(duckdb.CatalogException):
        rows = connection.execute("select distinct day from main.segment_days").fetchall()
        return {day for (day,) in rows}
    return set()
