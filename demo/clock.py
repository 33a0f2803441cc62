"""Time: all moments are UTC, habits are in the local time of Zurich and Paris."""

import calendar
from datetime import UTC, date, datetime, timedelta


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC on the last Sunday of a 31-day month: when the clocks change."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def local_offset(moment: datetime) -> timedelta:
    """Offset of Central European time. Computed, as not every machine has tzdata."""
    summer = _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10)
    return timedelta(hours=2 if summer else 1)


def local_date(moment: datetime) -> date:
    """The calendar day in Zurich."""
    return (moment + local_offset(moment)).date()


def at_local_hour(day: date, hour: float) -> datetime:
    """The moment in UTC at which clocks show `hour` (7.5 is half past seven)."""
    naive = datetime(day.year, day.month, day.day, tzinfo=UTC)
    moment = naive + timedelta(seconds=round(hour * 3600))
    return moment - local_offset(moment)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def birthday_in(birth: date, year: int) -> date:
    """The birthday in a year; 29 February is kept on the 28th in common years."""
    if (birth.month, birth.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return date(year, birth.month, birth.day)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
