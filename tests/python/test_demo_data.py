"""The demo data repeats to the byte, and its planted groups and faults are there."""

import csv
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from customer_segments.inputs.layout import SOURCE_COLUMNS
from demo import planted_groups, settings, warts, write_demo_data
from demo.clock import (
    add_months,
    at_local_hour,
    birthday_in,
    iso,
    local_date,
)
from demo.tables import COLUMNS, Row

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds" / "demo"
END = iso(settings.END)
BOUNDS = {  # rows without the header: fewest and most
    "contacts": (980, 1020),
    "contact_traits": (2200, 2900),
    "orders": (2500, 3500),
    "order_items": (5500, 8000),
    "email_events": (25000, 32000),
    "campaigns": (25, 32),
    "web_events": (7500, 10000),
    "support_cases": (120, 200),
    "segment_members_manual": (18, 25),
    "suppressions": (25, 35),
    "erasures": (3, 3),
}


def read(table: str) -> list[Row]:
    """The rows of a committed file."""
    with (SEEDS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def contacts() -> list[Row]:
    """The contacts as committed."""
    return read("contacts")


@pytest.fixture(scope="module")
def orders() -> list[Row]:
    """The orders as committed."""
    return read("orders")


@pytest.fixture(scope="module")
def emails() -> list[Row]:
    """The email events as committed."""
    return read("email_events")


def address(row: Row) -> str:
    """The address as it counts: trimmed, in lower case."""
    return row["email"].strip().lower()


def exact_copies(rows: list[Row]) -> int:
    """How many lines repeat another one."""
    return len(rows) - len({tuple(row.values()) for row in rows})


def test_generating_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    write_demo_data(tmp_path / "new")
    made = {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()}
    assert sorted(made) == sorted(f"{table}.csv" for table in COLUMNS)
    for name, content in made.items():
        assert content == (SEEDS / name).read_bytes(), f"{name} differs: generate anew"


def test_files_are_plain_and_small() -> None:
    paths = [SEEDS / f"{table}.csv" for table in COLUMNS]
    assert sum(p.stat().st_size for p in paths) < 6_000_000
    for path in paths:
        content = path.read_bytes()
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\n")


# The sender does not say it, and nobody has confirmed or taken back a request.
NOT_EXPORTED = {"bounce_type", "confirmed", "withdrawn"}


@pytest.mark.parametrize("table", list(COLUMNS))
def test_columns_are_those_of_the_input_table(table: str) -> None:
    text = (ROOT / "models" / "input" / f"input_{table}.yml").read_text(encoding="utf-8")
    layout = re.findall(r"^      - name: (\w+)$", text, flags=re.MULTILINE)
    left_out = {*NOT_EXPORTED, *SOURCE_COLUMNS}
    assert list(read(table)[0]) == [column for column in layout if column not in left_out]


@pytest.mark.parametrize("table", list(COLUMNS))
def test_row_counts_are_in_bounds(table: str) -> None:
    low, high = BOUNDS[table]
    assert low <= len(read(table)) <= high


def test_duplicates_share_an_address_and_complement_one_another(
    contacts: list[Row], orders: list[Row], emails: list[Row]
) -> None:
    ids = defaultdict(set)
    for row in contacts:
        if "@" in row["email"]:
            ids[address(row)].add(row["contact_id"])
    twins = {email: found for email, found in ids.items() if len(found) > 1}
    assert sum(len(found) - 1 for found in twins.values()) == settings.DUPLICATES
    assert max(len(found) for found in twins.values()) == 3
    by_id = {row["contact_id"]: row for row in contacts}
    pairs = [sorted(found)[:2] for found in twins.values()]
    assert any(by_id[a]["created_at"] == by_id[b]["created_at"] for a, b in pairs)
    assert any(not by_id[a]["phone"] and by_id[b]["phone"] for a, b in pairs)
    assert any(by_id[a]["phone"] and not by_id[b]["phone"] for a, b in pairs)
    for rows in (orders, emails):
        active = {row["contact_id"] for row in rows}
        assert sum(found <= active for found in twins.values()) >= 5
    erased = {row["contact_id"] for row in read("erasures")}
    assert any(erased & found for found in twins.values())


@pytest.mark.parametrize("table", list(warts.DUPLICATE_LINES))
def test_some_lines_stand_there_twice(table: str) -> None:
    assert exact_copies(read(table)) == warts.DUPLICATE_LINES[table]


def test_an_event_id_can_stand_for_two_events(emails: list[Row]) -> None:
    times = defaultdict(set)
    for row in emails:
        times[row["event_id"]].add(row["occurred_at"])
    assert sum(len(found) > 1 for found in times.values()) == warts.SAME_EVENT_ID


def test_birth_dates_come_in_several_formats(contacts: list[Row]) -> None:
    births = Counter(re.sub(r"\d", "9", row["birth_date"]) for row in contacts)
    for shape in ("9999-99-99", "99.99.9999", "99/99/9999", "9999-99-99T99:99:99Z"):
        assert births[shape] >= 5, shape
    assert 0.15 < births[""] / len(contacts) < 0.28
    written = {row["birth_date"] for row in contacts}
    assert {*warts.BAD_BIRTH_DATES, *warts.ODD_BIRTH_DATES} <= written


def test_timestamps_come_in_several_formats(contacts: list[Row]) -> None:
    shapes = Counter(re.sub(r"\d", "9", row["created_at"]) for row in contacts)
    for shape in (
        "9999-99-99T99:99:99Z",
        "9999-99-99T99:99:99+99:99",
        "9999-99-99 99:99:99",
        "9999-99-99",
    ):
        assert shapes[shape] >= 3, shape
    assert shapes["hier"] == 1


def test_contacts_have_the_faults_of_exports(contacts: list[Row]) -> None:
    assert {row["email"] for row in contacts} >= set(warts.BAD_EMAILS)
    assert {row["gender"] for row in contacts} >= set(warts.ODD_GENDERS)
    assert sum(not row["contact_id"] for row in contacts) == 1
    assert sum(row["city"] != row["city"].strip() for row in contacts) >= 10
    assert len({row["email_consent"] for row in contacts}) >= 8
    assert sum(row["created_at"].startswith("2026-07") for row in contacts) == 2
    assert sum(not row["email"] for row in contacts) >= 15


def test_orders_have_the_faults_of_exports(contacts: list[Row], orders: list[Row]) -> None:
    known = {row["contact_id"] for row in contacts}
    nameless = [row for row in orders if not row["contact_id"]]
    assert len(nameless) >= warts.ORDERS_WITHOUT_CONTACT
    strangers = [r for r in orders if r["contact_id"].strip() not in known]
    assert len(strangers) >= warts.ORDERS_OF_STRANGERS
    assert sum(row["total_amount"].startswith("-") for row in orders) == 1
    statuses = Counter(row["status"] for row in orders)
    for status in ("", "refunded", "cancelled", "pending"):
        assert statuses[status] >= 5, status
    future = [row["ordered_at"] for row in orders if row["ordered_at"] >= END]
    assert len(future) == len(warts.FUTURE_DAYS) + 1
    assert sum(at.startswith("2031") for at in future) >= 1
    assert "2026-06-30T21:30:00Z" in {row["ordered_at"] for row in orders}


def test_email_events_have_the_faults_of_exports(contacts: list[Row], emails: list[Row]) -> None:
    known = {row["contact_id"] for row in contacts}
    types = Counter(row["event_type"] for row in emails)
    assert all(types[kind] == 1 for kind in warts.UNKNOWN_EVENT_TYPES)
    strangers = {row["contact_id"] for row in emails} - known
    assert len(strangers) == warts.EMAILS_OF_STRANGERS
    assert sum(row["occurred_at"] >= END for row in emails) >= 8
    assert {"true", "1", "oui", "yes", "false", "0", "non", ""} == {
        row["is_machine_open"] for row in emails
    }


def test_email_filters_open_within_seconds_of_delivery(
    contacts: list[Row], emails: list[Row]
) -> None:
    domain = {r["contact_id"]: address(r).partition("@")[2] for r in contacts}
    delivered = {
        (row["contact_id"], row["campaign_id"], row["occurred_at"])
        for row in emails
        if row["event_type"] == "delivered"
    }
    by_machine = [row for row in emails if row["is_machine_open"] in ("true", "1", "oui", "yes")]
    quick = 0
    for row in by_machine:
        moment = datetime.fromisoformat(row["occurred_at"])
        quick += any(
            (
                row["contact_id"],
                row["campaign_id"],
                iso(moment - timedelta(seconds=seconds)),
            )
            in delivered
            for seconds in range(8)
        )
    assert quick / len(by_machine) > 0.95
    senders = Counter(domain.get(row["contact_id"], "") for row in by_machine)
    assert senders.most_common(1)[0][0] == settings.FILTERED_DOMAIN


def test_totals_are_the_lines_less_the_discount(orders: list[Row]) -> None:
    lines: dict[str, int] = defaultdict(int)
    for row in read("order_items"):
        cents = int(row["unit_price"].replace(".", ""))
        lines[row["order_id"]] += int(row["quantity"]) * cents
    for row in orders:
        total = abs(int(row["total_amount"].replace(".", "")))
        discount = int(row["discount_amount"].replace(".", "") or 0)
        assert total + discount == lines[row["order_id"]], row["order_id"]


def test_controls_got_no_email_and_bought_less(orders: list[Row], emails: list[Row]) -> None:
    begun = {r["campaign_id"]: r["sent_at"] for r in read("campaigns")}
    held = defaultdict(set)
    for row in read("contact_traits"):
        if row["trait"] == "hold_out":
            held[row["value"]].add(row["contact_id"])
    sent = defaultdict(set)
    for row in emails:
        if row["event_type"] == "sent" and row["occurred_at"] < END:
            sent[row["campaign_id"].strip()].add(row["contact_id"])
    assert len(held) == 3
    for campaign, controls in held.items():
        assert len(controls) > 50
        assert not controls & sent[campaign]
        start = datetime.fromisoformat(begun[campaign])
        week = (iso(start), iso(start + timedelta(days=7)))
        bought = {r["contact_id"] for r in orders if week[0] <= r["ordered_at"] < week[1]}
        rate = len(bought & sent[campaign]) / len(sent[campaign])
        assert rate > 1.5 * len(bought & controls) / len(controls)


def test_sequences_follow_orders_and_miss_some(orders: list[Row], emails: list[Row]) -> None:
    thanked = {
        row["contact_id"]
        for row in emails
        if row["campaign_id"] == "SEQ-AFT-1" and row["event_type"] == "sent"
    }
    begun = iso(settings.SEQUENCE_STARTS["after_purchase"])
    bought = {
        row["contact_id"]
        for row in orders
        if row["status"] == "completed" and begun <= row["ordered_at"] < END
    }
    assert 0.5 < len(bought & thanked) / len(bought) < 0.98
    steps = Counter(r["sequence"] for r in read("campaigns") if r["sequence"])
    assert steps == {"welcome": 3, "after_purchase": 4, "birthday": 1, "win_back": 3}


def test_dead_mailboxes_get_no_more_email(emails: list[Row]) -> None:
    seen = [row for row in emails if row["occurred_at"] < END]
    bounces = Counter(r["contact_id"] for r in seen if r["event_type"] == "bounced")
    assert sum(bounces.values()) >= 10
    later = Counter(
        row["contact_id"]
        for bounce in seen
        if bounce["event_type"] == "bounced"
        for row in seen
        if row["contact_id"] == bounce["contact_id"]
        and row["event_type"] == "sent"
        and row["occurred_at"] > bounce["occurred_at"]
    )
    assert sum(contact not in later for contact in bounces) >= 8


def test_rare_birthdays_are_there(contacts: list[Row]) -> None:
    births = [row["birth_date"] for row in contacts]
    today = r"(-06-30|^30[./]06[./])"
    assert sum(bool(re.search(today, b)) for b in births) >= 5
    leap = r"(-02-29|^29[./]02[./])"
    assert sum(bool(re.search(leap, b)) for b in births) >= 5


def test_planted_groups_buy_differently(orders: list[Row]) -> None:
    groups = planted_groups()
    spent = defaultdict(list)
    for row in orders:
        group = groups.get(row["contact_id"])
        if group:
            spent[group].append(float(row["total_amount"]))
    middle = {group: sorted(all_)[len(all_) // 2] for group, all_ in spent.items()}
    assert middle["bargain_hunters"] < 0.5 * middle["sporty_young"]
    assert middle["business_buyers"] > 2 * middle["sporty_young"]


def test_manual_list_takes_back_a_removal() -> None:
    changes = defaultdict(list)
    for row in sorted(read("segment_members_manual"), key=lambda r: r["changed_at"]):
        changes[row["segment"], row["contact_id"]].append(row["action"])
    assert ["remove", "add"] in changes.values()
    assert ["add", "remove", "add"] in changes.values()
    assert {segment for segment, _ in changes} == {"vip", "friends"}


def test_suppressions_differ_in_case_from_the_contacts(contacts: list[Row]) -> None:
    known = {address(row) for row in contacts}
    suppressed = read("suppressions")
    assert sum(address(row) in known for row in suppressed) >= 15
    assert any(row["email"] != address(row) for row in suppressed)


def test_clock_knows_summer_time_and_short_months() -> None:
    assert local_date(settings.END - timedelta(seconds=1)) == settings.AS_OF
    assert local_date(settings.END) == settings.AS_OF + timedelta(days=1)
    winter = datetime(2026, 1, 15, 6, 30, tzinfo=UTC)
    assert at_local_hour(date(2026, 1, 15), 7.5) == winter
    assert add_months(date(2025, 12, 31), 2) == date(2026, 2, 28)
    assert birthday_in(date(1996, 2, 29), 2026) == date(2026, 2, 28)
    assert birthday_in(date(1996, 2, 29), 2024) == date(2024, 2, 29)
