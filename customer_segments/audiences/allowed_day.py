"""Whether segments are of a day on which they may still be acted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from customer_segments.dbt import project_file, setting
from customer_segments.errors import UserError


@dataclass(frozen=True)
class AllowedDay:
    """The present day, how many days ago segments may be of, and the day that somebody named.

    To name a day is to say that just its segments are meant, whatever their age.
    """

    today: date
    maximum_age_days: int
    named: date | None = None

    def check(self, as_of: date) -> None:
        """Raise UserError unless segments of this day may be exported."""
        if self.named:
            if self.named != as_of:
                raise UserError(
                    f"AS_OF is {self.named}, but the published segments are of {as_of};"
                    f" name that day, or run make build AS_OF={self.named} first"
                )
            return
        age = (self.today - as_of).days
        if age > self.maximum_age_days:
            fault = (
                f"{age} days ago; export takes none older than {self.maximum_age_days} days"
                " (var export_maximum_age_days), for consent, orders and messages since then are"
                " not in them"
            )
        elif age < 0:
            fault = f"a day to come, for today is {self.today}"
        else:
            return
        raise UserError(
            f"the published segments are of {as_of}, {fault}; run make build with the present"
            f" files, then export, or say that this day is meant: make export AS_OF={as_of}"
        )


def allowed_day(named: str | None, variables: Mapping[str, Any]) -> AllowedDay:
    """Return which day may be exported today, in the project's timezone.

    `named` is a date, or `today`. Raises UserError when it is neither, or the bound no whole number
    from 0.
    """
    zone = variables.get("timezone", project_file()["vars"]["timezone"])
    today = datetime.now(ZoneInfo(str(zone))).date()
    bound = setting("export_maximum_age_days", variables)
    if bound < 0 or bound != int(bound):
        raise UserError(f"the var export_maximum_age_days is {bound:g}; give a whole number from 0")
    return AllowedDay(today, int(bound), _day(named, today))


def _day(named: str | None, today: date) -> date | None:
    if not named or named == "today":
        return today if named else None
    try:
        return date.fromisoformat(named)
    except ValueError as error:
        raise UserError(f"AS_OF is {named}; give a date such as 2026-03-31, or today") from error
