"""Texts in the forms that sources write them, read as the types of the input tables."""

import duckdb
import pytest

from customer_segments.inputs.typed import Readings
from customer_segments.macros import Macros

NEW_YORK, ZURICH = "America/New_York", "Europe/Zurich"


def read(text: str | None, data_type: str, timezone: str = ZURICH) -> str | None:
    """Return what a text is read as, written as text."""
    sql = Readings({"timezone": timezone}).read("given", data_type)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        ((value,),) = connection.execute(
            f"select cast({sql} as varchar) from (select cast(? as varchar) as given)", [text]
        ).fetchall()
    return value if value is None else str(value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-30T10:00:00", "2026-06-30 10:00:00"),
        ("2026-06-30T10:00:00Z", "2026-06-30 10:00:00"),
        ("2026-06-30t10:00:00z", "2026-06-30 10:00:00"),
        ("2026-06-30T10:00:00+02:00", "2026-06-30 08:00:00"),
        ("2026-06-30T10:00:00-0500", "2026-06-30 15:00:00"),
        ("2026-06-30T10:00+02:00", "2026-06-30 08:00:00"),
        ("2026-06-30 10:00", "2026-06-30 10:00:00"),
        ("2026-06-30T10:00:00.250", "2026-06-30 10:00:00.25"),
        ("2026-06-30T10:00:00.250Z", "2026-06-30 10:00:00.25"),
        ("\u00a0 2026-06-30T10:00:00Z\t\r\n", "2026-06-30 10:00:00"),
        # What has no time of day is a day in the project's timezone.
        ("2026-06-30", "2026-06-30 04:00:00"),
        ("2026-01-31", "2026-01-31 05:00:00"),
        ("30.06.2026", "2026-06-30 04:00:00"),
        ("30.06.2026 14:30", "2026-06-30 18:30:00"),
        ("30/06/2026", "2026-06-30 04:00:00"),
        ("30/06/2026 14:30:59", "2026-06-30 18:30:59"),
        ("1.2.2026", "2026-02-01 05:00:00"),
        ("06/30/2026", None),
        ("30.06.26", None),
        ("2026-02-30", None),
        ("2026-02-30T10:00:00Z", None),
        ("31.06.2026", None),
        ("2026-06-30T25:00:00Z", None),
        ("infinity", None),
        ("-infinity", None),
        ("epoch", None),
        ("soon", None),
        ("1899-12-31T23:59:59Z", None),
        ("1900-01-01T00:00:00Z", "1900-01-01 00:00:00"),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_moments(text: str | None, moment: str | None) -> None:
    assert read(text, "timestamp", NEW_YORK) == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-12-31", "1980-12-31"),
        ("31.12.1980", "1980-12-31"),
        (" 31/12/1980", "1980-12-31"),
        # A day that passed through another timezone has that one's hour and offset.
        ("1980-12-31T23:30:00Z", "1981-01-01"),
        ("1980-12-31T00:00:00+05:00", "1980-12-31"),
        ("1990-06-29T22:00:00Z", "1990-06-30"),
        ("1980-12-31T23:30:00", "1980-12-31"),
        ("2000-02-29", "2000-02-29"),
        ("1900-02-29", None),
        ("unknown", None),
        ("infinity", None),
        ("1899-12-31", None),
        ("1900-01-01", "1900-01-01"),
    ],
)
def test_days(text: str, day: str | None) -> None:
    assert read(text, "date") == day


@pytest.mark.parametrize(
    ("text", "data_type", "number"),
    [
        ("10.50", "decimal(14, 2)", "10.50"),
        ("10,5", "decimal(14, 2)", "10.50"),
        ("10,500", "decimal(14, 2)", None),
        ("10.555", "decimal(14, 2)", "10.56"),
        (" -1 ", "decimal(14, 2)", "-1.00"),
        ("999999999999.99", "decimal(14, 2)", "999999999999.99"),
        ("1000000000000", "decimal(14, 2)", None),
        ("free", "decimal(14, 2)", None),
        ("", "decimal(14, 2)", None),
        ("0.00000001", "decimal(18, 8)", "0.00000001"),
        ("7", "integer", "7"),
        ("seven", "integer", None),
        ("0.9", "decimal(9, 2)", "0.90"),
    ],
)
def test_numbers(text: str, data_type: str, number: str | None) -> None:
    assert read(text, data_type) == number


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, "true") for text in ("true", "1", "YES", " Oui", "ja", "si", "sì")),
        *((text, "false") for text in ("false", "0", "No", "non ", "NEIN")),
        *((text, None) for text in ("maybe", "", "2", "y")),
    ],
)
def test_answers(text: str, answer: str | None) -> None:
    assert read(text, "boolean") == answer


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (" Wine |garden||WINE ", "[garden, wine]"),
        (" | \u00a0|", None),
        ("", None),
    ],
)
def test_lists_are_sorted_without_blanks_and_repetitions(text: str, items: str | None) -> None:
    assert read(text, "varchar[]") == items


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a b", "a b"),
        (" \t\u00a0a\u00a0\r\n", "a"),
        ("\u00a0", None),
        ("", None),
        ("!", "!"),
        ("é", "é"),
    ],
)
def test_texts(text: str, cleaned: str | None) -> None:
    assert read(text, "varchar") == cleaned


@pytest.mark.parametrize("timezone", [ZURICH, NEW_YORK, "Asia/Kolkata", "Australia/Lord_Howe"])
def test_days_by_utc_days_are_those_of_the_calendar(timezone: str) -> None:
    macros = Macros({"timezone": timezone})
    by_offset = macros.call("local_date_by", "utc_days", "moment")
    by_calendar = macros.call("local_date", "moment")
    with duckdb.connect() as connection:
        connection.execute(
            f"create table utc_days as {macros.call('utc_days')};"
            "create table moments as"
            " select timestamp '1969-12-25' + to_seconds(range * 2111) as moment from range(900000)"
        )
        counted = connection.execute(
            f"""
            select count(*), count(*) filter (where not is_constant),
                count(*) filter (where {by_offset} is distinct from {by_calendar})
            from moments left join utc_days on cast(moment as date) = utc_day
            """
        ).fetchall()
    ((count, at_changes, different),) = counted
    assert count == 900_000
    # India has had no summer time since 1945.
    assert (at_changes > 0) == (timezone != "Asia/Kolkata")
    assert different == 0
