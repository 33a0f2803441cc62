"""The demo at any scale, as typed Parquet: its tables copied, keys and times shifted, in SQL.

Copy 0 is the demo itself, as far as types can hold its faults. The contacts of later copies have
keys and addresses of their own, and live through the same up to four weeks later; what comes after
the demo's last day is left for the days to come. Newsletters go out again, weeks earlier, as often
as the number of email events wants it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from . import settings, templates, write_demo_data
from .tables import COLUMNS

BY_MONTH = ("orders", "order_items", "email_events", "web_events")
LONGEST = timedelta(weeks=4)
START = "2022-01-01"
END = settings.END.replace(tzinfo=None)
# Seconds by which a contact of a later copy is shifted: whole weeks, and up to an hour.
SHIFT = """case when copy = 0 then 0 else (person * 7919 + copy * 104729) % 4 * 604800
    + (person * 7919 + copy * 104729) // 4 % 3600 end"""
WEEKS = "case when copy = 0 then 0 else (person * 7919 + copy * 104729) % 4 end"
# Which sendings a repetition takes that is not whole, in thousandths.
PART = "(person * 7919 + sending * 613 + copy * 5413 + repetition * 7) % 1000"
MOST_REPETITIONS = 150
# Newsletters go out again, to those who were there; sequences and what ends email do not.
IS_REPEATED = """(repetition = 0
    or (is_repeatable and moment - to_days((7 * repetition)::integer) >= known_since))"""


@dataclass(frozen=True)
class Scale:
    """How much to write, and where: a table is a folder of files by month and day, or one file."""

    folder: Path
    contacts: int
    email_events: int | None = None
    is_single_file: bool = False

    def write(self, day: date = settings.AS_OF) -> None:
        """Write what there is up to the demo's last day, or the rows of one day after it.

        Where a table is one file, it is written anew with all rows up to the day.
        Raises ValueError when the day or the number of email events is out of reach.
        """
        last = settings.AS_OF + LONGEST
        if not settings.AS_OF <= day <= last:
            raise ValueError(f"the day is {day}; give one from {settings.AS_OF} to {last}")
        with TemporaryDirectory() as scratch, duckdb.connect() as connection:
            connection.execute(f"set timezone = 'UTC'; set temp_directory = '{scratch}/spill'")
            write_demo_data(Path(scratch))
            templates.load(connection, Path(scratch))
            self._plan(connection)
            for table in COLUMNS:
                self._write_table(connection, table, day)

    def _plan(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Decide how many copies there are, and how often the newsletters go out again."""
        (people,) = connection.execute("select count(*) from contacts").fetchall()[0]
        # Some contacts of each copy come after the last day.
        most_copies = self.contacts * 5 // (people * 4) + 2
        connection.execute(f"""
            create table copies as
            with numbered_contacts as (
                select copy * {people} + place as number
                from contacts, range({most_copies}) as c(copy)
                where moment + to_seconds({SHIFT}) < timestamp '{END}'
                order by number
                limit {self.contacts}
            ), places as (
                select
                    copy::integer as copy,
                    if(copy = 0, '', '-' || copy) as suffix,
                    1 + (select max(number) from numbered_contacts) - copy * {people} as place_count
                from range({most_copies}) as c(copy)
            )
            select * from places where place_count > 0""")
        # Expected from the templates, whose contacts are shifted by four numbers of weeks.
        connection.execute(f"""
            create table repetitions as
            with repeated_events as (
                select
                    repetition,
                    count(*) / 4.0 * (
                        select sum(least(place_count, {people})) from copies
                    ) / {people} as event_count
                from email_events, range({MOST_REPETITIONS}) as r(repetition), range(4) as w(week)
                where {IS_REPEATED}
                    and moment + to_days((7 * (week - repetition))::integer) < timestamp '{END}'
                group by repetition
            ), wanted_events as (
                select
                    repetition,
                    event_count,
                    {self.email_events or "max(event_count) over ()"}
                    - sum(event_count) over (order by repetition) + event_count as wanted
                from repeated_events
            )
            select
                repetition::integer as repetition,
                least(1000, round(1000 * wanted / event_count)) as part
            from wanted_events
            where wanted > 0""")
        (least_part,) = connection.execute("select min(part) from repetitions").fetchall()[0]
        if self.email_events is not None and least_part == 1000:
            raise ValueError(
                f"{self.email_events} email events are too many for {self.contacts} contacts;"
                " ask for fewer, or for more contacts"
            )

    def _write_table(self, connection: duckdb.DuckDBPyConnection, table: str, day: date) -> None:
        end = END + (day - settings.AS_OF)
        folder = self.folder / table

        def write(file: Path, start: object, stop: object) -> None:
            file.parent.mkdir(parents=True, exist_ok=True)
            columns = ", ".join(COLUMNS[table])
            rows = f"select {columns} from ({_rows(table, start, stop)})"
            connection.execute(f"copy ({rows}) to '{file}' (format parquet)")

        if self.is_single_file:
            write(self.folder / f"{table}.parquet", START, end)
        elif day > settings.AS_OF:
            write(folder / f"{day}.parquet", end - timedelta(days=1), end)
        elif table in BY_MONTH:
            edges = _months(connection, table)
            for start, stop in zip(edges, [*edges[1:], END], strict=True):
                write(folder / f"{start:%Y-%m}.parquet", start, stop)
        else:
            write(folder / f"{day}.parquet", START, end)


def _months(connection: duckdb.DuckDBPyConnection, table: str) -> list[datetime]:
    """Return the starts of the months from the first contact's or row's to the last day."""
    months = connection.execute(f"""
        select unnest(generate_series(date_trunc('month', min(moment)), timestamp '{END}',
            interval 1 month))
        from (select moment from {table} union all select moment from contacts)""").fetchall()
    return [month for (month,) in months]


def _rows(table: str, start: object, stop: object) -> str:
    """Return SQL for a table's rows of all copies whose moment is from start to before stop."""
    if table == "campaigns":
        return f"""
            select * replace (campaign_id || {_weeks("weeks")} as campaign_id,
                sent_at + to_days((7 * weeks)::integer) as sent_at)
            from campaigns, (
                select unnest(range(1 - (select count(*) from repetitions),
                    (select least(max(copy), 1) * 3 + 1 from copies))) as weeks
            )
            where (weeks >= 0 or sequence is null)
                and moment + to_days((7 * weeks)::integer) >= timestamp '{start}'
                and moment + to_days((7 * weeks)::integer) < timestamp '{stop}'"""
    seconds, weeks, others = SHIFT, WEEKS, "(select 0 as repetition)"
    condition = "true"
    if table == "email_events":
        seconds, weeks = f"{SHIFT} - repetition * 604800", f"({WEEKS}) - repetition"
        others, condition = "repetitions", f"{IS_REPEATED} and {PART} < part"
    elif table == "segment_members_manual":
        # One fault among twenty rows is one; among thousands it is more than a slip.
        condition = "(copy = 0 or not is_stranger)"
    columns = {name: _expression(table, name) for name in COLUMNS[table]}
    replaced = ", ".join(f"{sql} as {name}" for name, sql in columns.items() if sql != name)
    # The first condition on moment spares the copies of rows that are far off.
    return f"""
        select * replace ({replaced})
        from (
            select *, to_seconds({seconds}) as shift, {weeks} as weeks
            from {table}, {others}, copies
            where place < place_count and {condition}
                and moment - to_days((7 * repetition)::integer)
                    between timestamp '{start}' - interval 4 weeks and timestamp '{stop}'
        )
        where moment + shift >= timestamp '{start}' and moment + shift < timestamp '{stop}'"""


def _expression(table: str, name: str) -> str:
    """Return SQL for a column of a copy."""
    if (table, name) == ("email_events", "event_id"):
        return "event_id || suffix || if(repetition = 0, '', '.' || repetition)"
    if (table, name) == ("contact_traits", "value"):
        return f"if(trait = 'hold_out', value || {_weeks('weeks')}, value)"
    if name in ("contact_id", "order_id", "event_id", "case_id", "session_id"):
        return f"{name} || suffix"
    if name == "email":
        return "replace(email, '@', suffix || '@')"
    if name == "campaign_id":
        return f"campaign_id || {_weeks('weeks')}"
    if name == "closed_at":
        return f"case when closed_at + shift < timestamp '{END}' then closed_at + shift end"
    if name in ("consent_at", "updated_at"):
        # What changed after the last day changed on it: a contact's row is written once.
        return (
            f"case when {name} + shift >= timestamp '{END}'"
            f" then greatest(created_at + shift, timestamp '{END}' - interval 1 second)"
            f" else {name} + shift end"
        )
    return f"{name} + shift" if name in templates.TYPES["timestamp"] else name


def _weeks(weeks: str) -> str:
    """Return SQL for what a campaign's id gets when it goes out some weeks later or earlier."""
    return f"case when {weeks} = 0 then '' else printf('%+d', {weeks}) end"
