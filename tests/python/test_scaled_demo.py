"""The demo at another scale: as many rows as asked, sound keys, and a day that is only added."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from demo import settings
from demo.scaled import END, Scale
from demo.tables import COLUMNS

CONTACTS, EMAIL_EVENTS = 3000, 200_000
DAY_AFTER = settings.AS_OF + timedelta(days=1)
KEYS = {
    "contacts": "contact_id",
    "orders": "order_id",
    "email_events": "event_id, contact_id, event_type",
    "campaigns": "campaign_id",
    "web_events": "event_id",
    "support_cases": "case_id",
}


def rows(files: object) -> duckdb.DuckDBPyRelation:
    """Return the rows of Parquet files."""
    return duckdb.sql(f"from read_parquet('{files}')")


def number(query: str) -> int:
    """Return the one number of a query."""
    return int(duckdb.sql(query).fetchall()[0][0])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop written up to the last day of the demo, and the day after as files of its own."""
    folder = tmp_path_factory.mktemp("scaled")
    scale = Scale(folder / "shop", CONTACTS, EMAIL_EVENTS)
    scale.write()
    scale.write(DAY_AFTER)
    return scale.folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same shop, one file a table, up to the day after."""
    folder = tmp_path_factory.mktemp("whole")
    Scale(folder, CONTACTS, EMAIL_EVENTS, is_single_file=True).write(DAY_AFTER)
    return folder


def test_there_are_as_many_rows_as_asked(shop: Path) -> None:
    assert number(f"select count(*) from '{shop}/contacts/{settings.AS_OF}.parquet'") == CONTACTS
    months = f"'{shop}/email_events/????-??.parquet'"
    assert number(f"select count(*) from {months}") == pytest.approx(EMAIL_EVENTS, rel=0.03)


def test_only_the_faults_of_the_demo_repeat_a_key(shop: Path) -> None:
    for table, key in KEYS.items():
        rows(shop / table / "*.parquet").create_view("one", replace=True)
        count, keys = duckdb.sql(f"select count(*), count(distinct ({key})) from one").fetchall()[0]
        assert count * 0.99 <= keys <= count, table


def test_rows_belong_to_contacts_and_campaigns_that_are_there(shop: Path) -> None:
    contacts = f"select contact_id from '{shop}/contacts/*.parquet' where contact_id is not null"
    for table in ("orders", "email_events", "web_events", "contact_traits", "support_cases"):
        facts = f"'{shop}/{table}/*.parquet' where trim(contact_id) not in ({contacts})"
        count = number(f"select count(*) from '{shop}/{table}/*.parquet'")
        assert number(f"select count(*) from {facts}") < count * 0.005, table
    campaigns = f"select campaign_id from '{shop}/campaigns/*.parquet'"
    events = f"'{shop}/email_events/*.parquet' where trim(campaign_id) not in ({campaigns})"
    assert number(f"select count(*) from {events}") == 0


def test_types_are_those_of_the_interface(shop: Path) -> None:
    kinds = {
        f"{table}.{name}": str(kind)
        for table in COLUMNS
        for name, kind in zip(
            rows(shop / table / "*.parquet").columns,
            rows(shop / table / "*.parquet").types,
            strict=True,
        )
    }
    assert kinds["contacts.birth_date"] == "DATE"
    assert kinds["contacts.interests"] == "VARCHAR[]"
    assert kinds["orders.total_amount"] == "DECIMAL(14,2)"
    assert kinds["email_events.occurred_at"] == "TIMESTAMP"
    assert kinds["email_events.is_machine_open"] == "BOOLEAN"
    assert kinds["campaigns.sequence_step"] == "INTEGER"


def test_a_day_more_is_the_same_and_the_rows_of_that_day(shop: Path, whole: Path) -> None:
    for table in COLUMNS:
        by_day, at_once = f"'{shop}/{table}/*.parquet'", f"'{whole}/{table}.parquet'"
        for one, other in ((by_day, at_once), (at_once, by_day)):
            query = f"select count(*) from (from {one} except all from {other})"
            assert number(query) == 0, table
    added = f"'{shop}/email_events/{DAY_AFTER}.parquet'"
    assert number(f"select count(*) from {added}") > 0
    early = number(f"select count(*) from {added} where occurred_at < timestamp '{END}'")
    assert early == 0


def test_nothing_of_the_first_delivery_is_later_than_its_day(shop: Path) -> None:
    contacts = f"'{shop}/contacts/{settings.AS_OF}.parquet'"
    for column in ("created_at", "updated_at", "consent_at"):
        late = f"{column} >= timestamp '{END}'"
        assert number(f"select count(*) from {contacts} where {late}") == 0, column


def test_rows_of_one_person_keep_their_distance(shop: Path) -> None:
    """Both ids of a person are shifted alike: an email is delivered after it is sent."""
    events = f"'{shop}/email_events/*.parquet'"
    hours = number(f"""
        select max(date_diff('hour', sent.occurred_at, delivered.occurred_at))
        from {events} as sent
        inner join {events} as delivered on
            sent.contact_id = delivered.contact_id and sent.campaign_id = delivered.campaign_id
        where sent.event_type = 'sent' and delivered.event_type = 'delivered'
            and sent.campaign_id like 'NL%'
            -- These are dated later than the demo's last day on purpose.
            and sent.event_id not like 'E8%' and delivered.event_id not like 'E8%'""")
    assert hours < 24 * 7


def test_what_is_out_of_reach_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1000000 email events are too many for 100 contacts"):
        Scale(tmp_path, 100, 1_000_000).write()
    with pytest.raises(ValueError, match="the day is 2027-01-01; give one from 2026-06-30"):
        Scale(tmp_path, 100).write(settings.AS_OF.replace(year=2027, month=1, day=1))
