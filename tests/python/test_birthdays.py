"""No published date lets anybody find a birthday: neither on one day nor from day to day."""

import os
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from customer_segments.database import opened
from customer_segments.dbt import compile_models
from customer_segments.segments.working_copy import WorkingCopy, compiled_working_copy
from tests.python.birthdays import Dated, telling, telling_columns
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

WAREHOUSE = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
PUBLISHED = PROJECT / os.environ.get("PUBLISHED", "target/test/segments.duckdb")
AS_OF = date(2026, 6, 30)
# Where a segment is whose members are not published, with its size.
SIZES = {"segments", "segment_daily", "segment_quality"}


@pytest.fixture(scope="module")
def births(warehouse: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """The birth dates of the raw files' rows, by contact; a contact may have another one's row."""
    rows = warehouse.execute(
        "select map.contact_id, min(contacts.birth_date) from staging.stg_contacts as contacts"
        " inner join intermediate.int_contact_map as map"
        " on contacts.contact_id = map.source_contact_id"
        " where birth_date is not null group by map.contact_id"
    ).fetchall()
    assert len(rows) > 500
    return dict(rows)


@pytest.fixture
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(PUBLISHED), read_only=True) as connection:
        yield connection


def test_no_published_date_tells_a_birthday(
    published: duckdb.DuckDBPyConnection, births: dict[str, date]
) -> None:
    assert telling_columns(published, births) == set()


def test_dates_that_tell_birthdays_are_found(
    warehouse: duckdb.DuckDBPyConnection, births: dict[str, date]
) -> None:
    """The warehouse has them: all messages, and all members of each segment."""
    dates = ("triggered_at", "due_at", "due_on", "expires_on", "sent_at")
    assert telling_columns(warehouse, births, "int_sequence_messages") >= {
        ("int_sequence_messages", column, "birthday") for column in dates
    }
    assert telling_columns(warehouse, births, "segment_history") == {
        ("segment_history", "entered_at", "birthday_this_week")
    }


def test_of_a_segment_that_is_withheld_the_size_alone_is_published(
    published: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    withheld = {
        segment
        for (segment,) in published.execute(
            "select segment from segments where not members_are_published and member_count > 0"
        ).fetchall()
    }
    assert withheld == {"birthday_today", "birthday_this_week"}
    texts = published.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and data_type = 'VARCHAR'"
    ).fetchall()
    found = {
        table
        for table, column in texts
        if published.execute(
            f'select count(*) from "{table}" where "{column}" in {tuple(withheld)}'
        ).fetchall()[0][0]
    }
    assert found == SIZES
    # What is not published can be exported.
    sizes = warehouse.execute(
        "select segment, count(*) from withheld_segment_members group by segment"
    ).fetchall()
    catalogue = published.execute(
        f"select segment, member_count from segments where segment in {tuple(withheld)}"
    ).fetchall()
    assert sorted(sizes) == sorted(catalogue)
    assert warehouse.execute(
        "select count(*) from segment_history where segment = 'birthday_today'"
    ).fetchall() > [(0,)]


def test_the_summary_has_what_is_not_published_one_by_one(
    published: duckdb.DuckDBPyConnection,
) -> None:
    counts = published.execute(
        "select sequence, step, status, reason, message_count from sequence_kpis"
        " where sequence <> 'birthday' order by all"
    ).fetchall()
    assert (
        counts
        == published.execute(
            "select sequence, step, status, coalesce(reason, 'none'), count(*)"
            " from sequence_messages group by all order by all"
        ).fetchall()
    )
    birthday = published.execute(
        "select sum(message_count) from sequence_kpis where sequence = 'birthday'"
    ).fetchall()
    assert birthday[0][0] > 500


class Days:
    """Days on which nothing happens but that contacts grow older, in the models' own SQL.

    All contacts have a birthday within two months, on which they reach an age at which a band or a
    segment begins or ends.
    """

    FIRST, COUNT = date(2026, 6, 22), 11
    AGES = (18, 25, 35, 40, 45, 50, 55, 61, 65)

    def __init__(
        self,
        warehouse: duckdb.DuckDBPyConnection,
        copy: WorkingCopy,
        birthdays: str,
    ) -> None:
        self.withheld = copy.declared.withheld
        self._members = copy.members()
        self._birthdays = birthdays
        self._database = duckdb.connect()
        file = warehouse.execute("select path from duckdb_databases() where path is not null")
        self._database.execute(f"attach '{file.fetchall()[0][0]}' as warehouse (read_only)")
        ids = [row[0] for row in warehouse.execute(
            "select contact_id from dim_contacts order by contact_id"
        ).fetchall()]  # fmt: skip
        # 61 days, 9 ages: no two contacts before the 549th have the same of both.
        self.births = {
            contact: (date(2026, 6, 1) + timedelta(days=number % 61)).replace(
                year=2026 - self.AGES[number % len(self.AGES)]
            )
            for number, contact in enumerate(ids)
        }
        self._database.execute("create table births (contact_id varchar, birth_date date)")
        self._database.executemany("insert into births values (?, ?)", [*self.births.items()])

    def moves(self) -> list[Dated]:
        """Return segment, contact and day of each entry and exit."""
        before: set[tuple[str, str]] | None = None
        moves: list[Dated] = []
        for number in range(self.COUNT):
            day = self.FIRST + timedelta(days=number)
            members = self._members_on(day)
            if before is not None:
                moves += [(segment, contact, day) for contact, segment in members ^ before]
            before = members
        return moves

    def _members_on(self, day: date) -> set[tuple[str, str]]:
        birthdays = self._on(self._birthdays, day).replace(
            '"warehouse"."intermediate"."int_contacts_resolved"', "births"
        )
        self._database.execute(
            f"create or replace temp table birthdays as {birthdays};"
            " create or replace temp table contacts_on_day as"
            " select contacts.* replace (births.birth_date as birth_date, birthdays.age as age,"
            " birthdays.is_birthday_today as is_birthday_today,"
            " birthdays.is_birthday_this_week as is_birthday_this_week,"
            " birthdays.is_birthday_this_month as is_birthday_this_month)"
            " from warehouse.main.dim_contacts as contacts"
            " inner join births using (contact_id) inner join birthdays using (contact_id)"
        )
        members = self._on(self._members, day).replace(
            '"warehouse"."main"."dim_contacts"', "contacts_on_day"
        )
        return set(self._database.execute(members).fetchall())

    @staticmethod
    def _on(sql: str, day: date) -> str:
        return sql.replace(AS_OF.isoformat(), day.isoformat())


@pytest.fixture(scope="module")
def compiled() -> tuple[WorkingCopy, str]:
    """The SQL of all segments, and that of the contacts' ages and birthdays."""
    models = compile_models(["int_contact_birthdays"], {}, WAREHOUSE, parsed())
    with opened(WAREHOUSE) as connection:
        copy = compiled_working_copy(WAREHOUSE, connection, {})
    return copy, models["int_contact_birthdays"]


def test_no_move_between_published_segments_tells_a_birthday(
    warehouse: duckdb.DuckDBPyConnection, compiled: tuple[WorkingCopy, str]
) -> None:
    days = Days(warehouse, *compiled)
    moves = days.moves()
    # Withheld is what would tell, and nothing else is.
    assert telling(moves, days.births) == days.withheld
    # Ages and months do change, all on the first of a month.
    first = {segment for segment, _, day in moves if day == date(2026, 7, 1)}
    assert {"age_band_25_34", "under_50", "birthday_this_month"} <= first
    assert {day for segment, _, day in moves if segment.startswith("age_band_")} == {
        date(2026, 7, 1)
    }


def test_an_age_that_changes_on_the_birthday_is_found(
    warehouse: duckdb.DuckDBPyConnection, compiled: tuple[WorkingCopy, str]
) -> None:
    copy, birthdays = compiled
    by_the_day = birthdays.replace("date_trunc('month',", "date_trunc('day',")
    assert by_the_day != birthdays
    days = Days(warehouse, copy, by_the_day)
    found = telling(days.moves(), days.births)
    assert {"age_band_18_24", "age_band_25_34", "age_band_65_plus", "under_50"} <= found
