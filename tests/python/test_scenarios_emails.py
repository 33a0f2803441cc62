"""An email is a sending, and what was not delivered is unknown: builds that lack files."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from test_scenarios_clock import Warehouse

from customer_segments.errors import UserError
from customer_segments.inputs.delivery import DEMO
from customer_segments.inputs.load import load
from tests.python.deliveries import DAY, Deliveries, Row, read, write
from tests.python.staging import LAYOUT

CONTACTS, SENT, WEEKS = 4_111, 57_267, 25
FIRST_WEEK = datetime(2026, 1, 6, 7)
CAMPAIGN = "DIGEST"


def kept(folder: Path, *tables: str) -> None:
    """Leave only these of the demo's files."""
    for file in folder.glob("*.csv"):
        if file.stem not in tables:
            file.unlink()


def built(folder: Path, prepare: Callable[[Path], None]) -> Warehouse:
    """Build what the tests ask for, without the checks, of the demo's files after a change."""
    raw, loaded = folder / "raw", folder / "loaded"
    shutil.copytree(DEMO, raw)
    prepare(raw)
    load(raw, loaded, LAYOUT, {})
    warehouse = Warehouse(folder, loaded, has_all_groups=False)
    warehouse.dbt("seed", as_of=DAY)
    asked = ("+segment_members", "+campaign_kpis")
    warehouse.dbt("run", "--select", *asked, as_of=DAY)
    return warehouse


# A newsletter: one campaign, sent every week, and no shop


def events_of_a_digest(chance: random.Random) -> list[Row]:
    """A weekly digest under one campaign's id: SENT sendings to CONTACTS contacts."""
    weeks = [WEEKS // 2] * CONTACTS
    while sum(weeks) < SENT:
        contact = chance.randrange(CONTACTS)
        weeks[contact] += weeks[contact] < WEEKS
    events: list[Row] = []

    def add(contact: int, kind: str, moment: datetime, is_machine: bool = False) -> None:
        events.append(
            {
                "event_id": f"E{len(events):06}",
                "contact_id": f"C{contact:04}",
                "event_type": kind,
                "occurred_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "campaign_id": CAMPAIGN,
                "is_machine_open": str(is_machine).lower(),
            }
        )

    for contact in range(CONTACTS):
        # Some read nearly everything, some nothing.
        keenness = chance.betavariate(0.9, 2.07)
        for week in sorted(chance.sample(range(WEEKS), weeks[contact])):
            sent_at = FIRST_WEEK + timedelta(weeks=week, seconds=chance.randrange(3600))
            add(contact, "sent", sent_at)
            if chance.random() < 0.004:
                add(contact, "bounced", sent_at + timedelta(seconds=20))
                continue
            add(contact, "delivered", sent_at + timedelta(seconds=chance.randrange(60)))
            if chance.random() < 0.15:
                add(contact, "opened", sent_at + timedelta(seconds=61), is_machine=True)
            if chance.random() < keenness:
                # A few read it when the next ones have long been sent.
                opened_at = sent_at + timedelta(hours=1 + chance.expovariate(1 / 30))
                for again in range(1 + (chance.random() < 0.3)):
                    add(contact, "opened", opened_at + timedelta(minutes=10 * again))
                if chance.random() < 0.355:
                    add(contact, "clicked", opened_at + timedelta(minutes=2))
                    if chance.random() < 0.2:
                        add(contact, "clicked", opened_at + timedelta(minutes=3))
    return [row for row in events if row["occurred_at"] < "2026-07-01"]


def counted(events: list[Row]) -> dict[str, Counter[str]]:
    """What became of each sending, by contact: with loops, without the models."""
    emails: dict[str, list[set[str]]] = {}
    for row in sorted(events, key=lambda row: (row["occurred_at"], row["event_type"] != "sent")):
        mine = emails.setdefault(row["contact_id"], [])
        kind = row["event_type"]
        if kind == "sent":
            mine.append(set())
        mine[-1].add("machine" if row["is_machine_open"] == "true" else kind)
    counts = {}
    for contact, sendings in emails.items():
        counts[contact] = of_contact = Counter(sent=len(sendings))
        for outcome in sendings:
            if "bounced" in outcome:
                of_contact["bounced"] += 1
                continue
            of_contact["delivered"] += 1
            of_contact["opened"] += "opened" in outcome
            of_contact["machine_opened"] += "machine" in outcome and "opened" not in outcome
            of_contact["clicked"] += "clicked" in outcome
    return counts


@pytest.fixture(scope="module")
def digest() -> list[Row]:
    return events_of_a_digest(random.Random(57_267))


@pytest.fixture(scope="module")
def newsletter(digest: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A build of contacts, email events and campaigns; there is no file of orders."""

    def prepare(folder: Path) -> None:
        kept(folder)
        write(
            folder,
            "contacts",
            [
                {
                    "contact_id": f"C{number:04}",
                    "email": f"reader{number}@example.com",
                    "created_at": f"{datetime(2025, 1, 1) + timedelta(hours=2 * number):%Y-%m-%d}",
                    "email_consent": "true",
                }
                for number in range(CONTACTS)
            ],
        )
        write(folder, "email_events", digest)
        write(folder, "campaigns", [{"campaign_id": CAMPAIGN, "name": "Weekly digest"}])

    return built(tmp_path_factory.mktemp("newsletter"), prepare)


def test_a_recurring_campaign_is_as_many_emails_as_were_sent(
    newsletter: Warehouse, digest: list[Row]
) -> None:
    whole = sum(counted(digest).values(), Counter())
    assert whole["sent"] == SENT
    (row,) = newsletter.rows(
        "select sent, recipient_count, delivered, bounced, opened, machine_opened, clicked,"
        f" open_rate, click_rate from campaign_kpis where campaign_id = '{CAMPAIGN}'"
    )
    names = ("delivered", "bounced", "opened", "machine_opened", "clicked")
    assert row[:7] == (SENT, CONTACTS, *(whole[name] for name in names))
    assert row[7:] == (
        pytest.approx(whole["opened"] / whole["delivered"]),
        pytest.approx(whole["clicked"] / whole["delivered"]),
    )
    # Alike the case that was reported; counted by contact, they were 94 % and 72 %.
    assert row[7:] == pytest.approx((0.300, 0.106), abs=0.01)


def test_each_contact_got_each_sending(newsletter: Warehouse, digest: list[Row]) -> None:
    found = newsletter.rows(
        "select contact_id, delivered_count, opened_count, clicked_count from dim_contacts"
    )
    expected = {
        contact: (counts["delivered"], counts["opened"], counts["clicked"])
        for contact, counts in counted(digest).items()
    }
    assert {contact: counts for contact, *counts in found} == {
        contact: list(counts) for contact, counts in expected.items()
    }


# What was not delivered


@pytest.fixture(scope="module")
def contacts_alone(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return built(tmp_path_factory.mktemp("contacts"), lambda folder: kept(folder, "contacts"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Contacts and orders; a file of web events of its first line alone; support cases that do not
    say when they were closed; no email events.
    """

    def prepare(folder: Path) -> None:
        kept(folder, "contacts", "orders", "web_events", "support_cases")
        web = folder / "web_events.csv"
        web.write_text(web.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        cases = read(folder, "support_cases")
        write(folder, "support_cases", [{**row, "closed_at": ""} for row in cases])
        lines = (folder / "support_cases.csv").read_text(encoding="utf-8")
        (folder / "support_cases.csv").write_text(
            lines.replace("closed_at", "closed_by", 1), encoding="utf-8"
        )

    return built(tmp_path_factory.mktemp("shop"), prepare)


ORDERS = ("order_count", "order_count_12m", "total_amount")
EMAILS = ("delivered_count", "opened_count", "clicked_count")
WEB = (
    "page_view_count",
    "product_page_view_count",
    "form_count",
    "download_count",
    "demo_request_count",
    "session_count",
    "seconds_on_site",
)
CASES = ("support_case_count", "open_support_case_count")


def known(deliveries: Warehouse, columns: tuple[str, ...]) -> set[str]:
    """Return which columns are known of every contact; the others must be of none."""
    counts = ", ".join(f"count({column})" for column in columns)
    ((contacts, *filled),) = deliveries.rows(f"select count(*), {counts} from dim_contacts")
    assert set(filled) <= {0, contacts}
    return {column for column, count in zip(columns, filled, strict=True) if count}


def members(deliveries: Warehouse) -> dict[str, int]:
    return dict(deliveries.rows("select segment, count(*) from segment_members group by segment"))


# Segments of who never did, by the file that would tell.
NEVER = {
    "orders": {
        "not_bought_for_30_days",
        "lifecycle_prospect",
        "lifecycle_unresponsive",
        "purchase_frequency_never",
        "spend_band_none",
        "basket_size_none",
        "newsletter_prospects",
        "trade_show_prospects",
        "qualified_prospects",
    },
    "web_events": {"few_page_views_in_90_days"},
    "email_events": {"never_opened", "email_engagement_unmailed", "email_engagement_inactive"},
}


def test_with_contacts_alone_nobody_is_said_never_to_have_done_anything(
    contacts_alone: Warehouse,
) -> None:
    assert known(contacts_alone, ORDERS + EMAILS + WEB + CASES) == set()
    found = members(contacts_alone)
    assert not set.union(*NEVER.values()) & set(found)
    # Who is outside is so with or without orders; of the others there is no stage.
    stages = contacts_alone.rows("select distinct lifecycle_stage from lifecycle_segments")
    assert set(stages) == {("outside",), (None,)}
    # Rules on what contacts says itself hold as ever.
    assert found["under_50"] > 100


def test_a_newsletter_without_orders_knows_its_emails_alone(newsletter: Warehouse) -> None:
    assert known(newsletter, ORDERS + EMAILS + WEB + CASES) == set(EMAILS)
    found = members(newsletter)
    assert not (NEVER["orders"] | NEVER["web_events"]) & set(found)
    stages = newsletter.rows("select distinct lifecycle_stage from lifecycle_segments")
    assert stages == [(None,)]
    assert found["never_opened"] > 0


def test_a_shop_knows_its_orders_and_that_its_empty_file_says_nobody_visited(
    shop: Warehouse,
) -> None:
    assert known(shop, ORDERS + EMAILS + WEB + CASES) == {*ORDERS, *WEB, "support_case_count"}
    found = members(shop)
    assert not NEVER["email_events"] & set(found)
    assert found["not_bought_for_30_days"] > 100
    assert found["lifecycle_prospect"] > 100
    stages = shop.rows("select count(*) from lifecycle_segments where lifecycle_stage is null")
    assert stages == [(0,)]
    ((long_known,),) = shop.rows("select count(*) from dim_contacts where tenure_days >= 90")
    assert found["few_page_views_in_90_days"] == long_known
    # Whether a case is open is unknown where nothing says that one was closed.
    assert "open_support_case" not in found
    assert found["recent_support_case"] > 0


def test_a_file_that_was_there_and_is_gone_stops_the_build(tmp_path: Path) -> None:
    deliveries = Deliveries(tmp_path)
    deliveries.has_good_one()
    with pytest.raises(UserError, match="email_events: 0 rows"):
        deliveries.deliver(lambda folder: (folder / "email_events.csv").unlink())
