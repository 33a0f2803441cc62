"""Where a build reads and writes, and for which day it is."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from customer_segments.errors import UserError


@dataclass(frozen=True)
class Places:
    """Where a build reads and writes. On PostgreSQL no file stands at the path of the
    warehouse, but what stands beside it does.
    """

    raw: Path | None
    warehouse: Path
    published: Path
    target: str = "duckdb"

    @property
    def loaded(self) -> Path:
        """The folder, beside the warehouse, with the typed rows of the files."""
        return self.warehouse.with_suffix(".inputs")

    @property
    def erasure_report(self) -> Path:
        """The file, beside the warehouse, with the counts of what was erased."""
        return self.warehouse.with_name("erasure_report.json")

    @property
    def lock(self) -> Path:
        """The file that a build holds, so that there is one at a time on the warehouse."""
        return self.warehouse.with_suffix(".lock")


def clock(as_of: str | None, is_demo: bool) -> dict[str, str]:
    """The demo has its own day; a user's data has today unless a day is given.

    Raises UserError when what is given is no day.
    """
    if as_of:
        if as_of != "today" and not is_day(as_of):
            raise UserError(f"AS_OF is {as_of}; give a date such as 2026-03-31, or today")
        return {"as_of": as_of}
    return {} if is_demo else {"as_of": "today"}


def is_day(text: str) -> bool:
    """Return whether a text is a day such as 2026-03-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
