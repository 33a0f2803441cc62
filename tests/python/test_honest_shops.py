"""What happens to every shop stops no build; what goes wrong with a delivery stops the next one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.python.batches import Batches, Finding
from tests.python.honest_shop import Shop, write

BEGIN, LAST, NOW = date(2026, 1, 1), date(2026, 6, 22), date(2026, 6, 29)
SINCE_WEEK, SINCE_HALF_WEEK, SINCE_THREE_DAYS = "2026-06-23", "2026-06-26", "2026-06-27"


class Delivered:
    """A shop of which a first delivery was built, up to a week ago."""

    def __init__(self, batches: Batches, folder: Path, shop: Shop) -> None:
        self.batches, self.raw = batches, folder
        self.shop = shop.make()
        batches.forget()
        self.first = self._deliver(LAST)
        batches.keep()

    def found(self, *changes: str, day: date = NOW) -> list[Finding]:
        """Deliver the shop of today with changes, and return what is found in it."""
        self.shop.execute("begin")
        try:
            for change in changes:
                self.shop.execute(change)
            self.batches.back()
            return self._deliver(day)
        finally:
            self.shop.execute("rollback")

    def _deliver(self, day: date) -> list[Finding]:
        write(self.shop, self.raw, day)
        return self.batches.deliver(self.raw, day)


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Batches:
    return Batches(tmp_path_factory.mktemp("batches"))


@pytest.fixture(scope="module")
def shop(batches: Batches, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    folder = tmp_path_factory.mktemp("shop")
    delivered = Delivered(batches, folder / "raw", Shop(BEGIN, NOW))
    yield delivered
    delivered.shop.close()


NEWEST = "(select max_by(campaign_id, sent_at) from campaigns where sent_at < '2026-06-27')"
WRONG = {
    "amounts in cents for three days": (
        "update orders set total_amount = 100 * total_amount"
        f" where ordered_at >= '{SINCE_THREE_DAYS}'",
        "new log",
    ),
    "amounts of zero for a week": (
        f"update orders set total_amount = 0 where ordered_at >= '{SINCE_WEEK}'",
        "new log",
    ),
    "another currency for half a week": (
        f"update orders set currency = 'USD' where ordered_at >= '{SINCE_HALF_WEEK}'",
        "new steady",
    ),
    "times shifted for a week": (
        "update orders set ordered_at = ordered_at + interval 2 hour"
        f" where ordered_at >= '{SINCE_WEEK}'",
        "new hour",
    ),
    "yesterday missing": (f"delete from orders where ordered_at >= '{NOW}'", "new rows"),
    "a week of events under other names": (
        "update email_events set event_type = 'view'"
        f" where event_type = 'opened' and occurred_at >= '{SINCE_WEEK}'",
        "new value",
    ),
    "a campaign without sent": (
        "delete from email_events where event_type = 'sent' and campaign_id = " + NEWEST,
        "campaign without sent",
    ),
    "opens all human": (
        "update email_events set is_machine_open = false"
        f" where event_type = 'opened' and occurred_at >= '{SINCE_WEEK}'",
        "new value",
    ),
    "3 % of contacts gone": ("delete from contacts where hash(contact_id) % 33 = 0", "past rows"),
    "one contact with all orders": (
        f"update orders set contact_id = 'C000005' where ordered_at >= '{SINCE_WEEK}'",
        "new largest",
    ),
    "a day twice, with new keys": (
        "insert into orders select 'X' || order_id, * exclude (order_id) from orders"
        " where cast(ordered_at as date) = '2026-06-25'",
        "new repeated",
    ),
    "a column that is not filled any more": (
        f"update orders set currency = null where ordered_at >= '{SINCE_WEEK}'",
        "new filled",
    ),
    "a past day missing": (
        "delete from orders where cast(ordered_at as date) = '2026-04-15'",
        "past days lost",
    ),
    "a past day twice": (
        "insert into orders select 'X' || order_id, * exclude (order_id) from orders"
        " where cast(ordered_at as date) = '2026-04-15'",
        "past days doubled",
    ),
    "a past week in cents": (
        "update orders set total_amount = 100 * total_amount"
        " where cast(ordered_at as date) between '2026-03-02' and '2026-03-08'",
        "past sum",
    ),
    "all consent inverted": ("update contacts set email_consent = not email_consent", "past value"),
    "names swapped": (
        "update contacts set first_name = last_name, last_name = first_name",
        "past length",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_goes_wrong_stops_the_next_delivery(shop: Delivered, what: str) -> None:
    change, rule = WRONG[what]
    found = shop.found(change)
    assert rule in [finding.rule for finding in found if finding.stops], found


SOUND = {
    "a week goes by": ("select 1",),
    "campaigns are renamed": (
        f"update email_events set campaign_id = 'summer' where occurred_at >= '{SINCE_WEEK}'",
        "update campaigns set campaign_id = 'summer', name = 'Été' where sent_at >= '2026-06-20'",
    ),
    "a quiet holiday": (
        "delete from orders where cast(ordered_at as date) = '2026-06-25'"
        " and hash(order_id) % 6 > 0",
        "delete from email_events where cast(occurred_at as date) = '2026-06-25'"
        " and hash(contact_id) % 6 > 0",
    ),
    "the first Christmas, without an order": (
        "delete from orders where cast(ordered_at as date) = '2026-06-25'",
    ),
    "a holiday yesterday": (
        f"delete from orders where ordered_at >= '{NOW}'",
        f"delete from email_events where occurred_at >= '{NOW}' and hash(contact_id) % 6 > 0",
    ),
    "a sale of three times the usual": (
        "insert into orders select 'S' || n || order_id, contact_id, ordered_at + to_seconds(n),"
        " round(total_amount * 0.6, 2), status, currency from orders, (values (1), (2)) as s (n)"
        " where cast(ordered_at as date) between '2026-06-25' and '2026-06-27'",
        "insert into order_items select order_id, '1', 'P1', 1, total_amount from orders"
        " where order_id like 'S%'",
    ),
    "a few orders are large": (
        "update orders set total_amount = 50 * total_amount where hash(order_id) % 40 = 0"
        f" and ordered_at >= '{SINCE_WEEK}'",
    ),
    "keys gain a digit": (
        f"update orders set order_id = 'O00' || order_id[2:] where ordered_at >= '{SINCE_WEEK}'",
        "update order_items set order_id = 'O00' || order_id[2:] where 'O00' || order_id[2:] in"
        " (select order_id from orders)",
    ),
    "a few contacts leave": ("delete from contacts where hash(contact_id) % 400 = 0",),
    "orders are corrected": (
        "update orders set total_amount = 1.5 * total_amount where hash(order_id) % 100 = 0",
    ),
}


@pytest.mark.parametrize("what", SOUND)
def test_what_happens_to_every_shop_stops_nothing(shop: Delivered, what: str) -> None:
    assert [finding.sentence for finding in shop.found(*SOUND[what]) if finding.stops] == []


def test_a_single_quiet_day_is_said_and_more_of_them_stop(shop: Delivered) -> None:
    """The newest day has stopped above, in WRONG: nothing after it says that orders come."""
    gone = "delete from orders where cast(ordered_at as date)"
    (finding,) = shop.found(f"{gone} = '2026-06-25'")
    assert finding.rule == "quiet day"
    assert finding.sentence.startswith("orders: 0.0 rows a day from 2026-06-25 to 2026-06-25, ")
    found = shop.found(f"{gone} between '2026-06-24' and '2026-06-26'")
    assert "new rows" in [finding.rule for finding in found if finding.stops]


@pytest.mark.parametrize(
    "other",
    [
        Shop(BEGIN, NOW, growth_a_month=0.2, orders_a_day=8, emails_a_day=40),
        Shop(BEGIN, NOW, orders_a_day=1, emails_a_day=5, contacts=150),
        Shop(BEGIN, NOW, newsletter_every=30),
    ],
    ids=["it grows by 20 % a month", "it is very small", "a newsletter a month"],
)
def test_other_shops_are_not_stopped(batches: Batches, tmp_path: Path, other: Shop) -> None:
    delivered = Delivered(batches, tmp_path / "raw", other)
    assert [finding for finding in delivered.first if finding.stops] == []
    assert [finding.sentence for finding in delivered.found() if finding.stops] == []


def test_a_first_delivery_is_only_warned_of_what_looks_odd(
    batches: Batches, tmp_path: Path
) -> None:
    shop = Shop(BEGIN, LAST, genders=("F", "M")).make()
    shop.execute(
        "update orders set total_amount = 100 * total_amount where ordered_at >= '2026-06-20'"
    )
    raw = tmp_path / "raw"
    batches.forget()
    write(shop, raw, LAST)
    found = batches.deliver(raw, LAST)
    assert {"new log", "rejected"} <= {finding.rule for finding in found}
    assert not [finding for finding in found if finding.stops]
    # It is as unusual in the next delivery, and nothing moved.
    assert "rejected" not in [finding.rule for finding in batches.deliver(raw, LAST)]


HARD = {
    "amounts that are none": (
        "alter table orders alter total_amount type varchar",
        "update orders set total_amount = 'n/a' where hash(order_id) % 20 = 0",
        "total_amount is not an amount",
    ),
    "keys used again": (
        "select 1",
        "update contacts set contact_id = 'C000001' where hash(contact_id) % 20 = 0",
        "are there twice",
    ),
    "orders of nobody": (
        "select 1",
        "update orders set contact_id = 'X' where hash(order_id) % 20 = 0",
        "contact_id is not among the contacts",
    ),
    "orders without a key": (
        "select 1",
        "update orders set order_id = null where hash(order_id) % 20 = 0",
        "order_id is empty",
    ),
}


@pytest.mark.parametrize("what", HARD)
def test_a_breach_stops_a_first_delivery(batches: Batches, tmp_path: Path, what: str) -> None:
    before, change, words = HARD[what]
    shop = Shop(BEGIN, LAST).make()
    batches.forget()
    for statement in (before, change):
        shop.execute(statement)
    write(shop, tmp_path / "raw", LAST)
    found = batches.deliver(tmp_path / "raw", LAST)
    assert any(finding.is_hard and words in finding.sentence for finding in found), found


def test_what_is_found_does_not_fade_with_history(batches: Batches, tmp_path: Path) -> None:
    """Three days in cents are 0.3 % of three years."""
    delivered = Delivered(batches, tmp_path / "raw", Shop(date(2023, 6, 1), NOW, orders_a_day=10))
    found = delivered.found(WRONG["amounts in cents for three days"][0])
    assert "new log" in [finding.rule for finding in found if finding.stops]


FIGURES = {
    ("orders", "rows", "", ""): "count(*) from orders",
    ("orders", "filled", "currency", ""): "count(currency) from orders",
    ("orders", "sum", "total_amount", ""): "sum(total_amount) from orders",
    ("orders", "log", "total_amount", ""): "sum(ln(1 + total_amount)) from orders",
    ("orders", "length", "order_id", ""): "sum(length(order_id)) from orders",
    ("orders", "hour", "", ""): "sum(extract(hour from ordered_at)) from orders",
    ("orders", "steady", "currency", "EUR"): "count(*) from orders where currency = 'EUR'",
    ("orders", "late value", "status", "cancelled"): (
        "count(*) from orders where status = 'cancelled'"
    ),
    ("orders", "late value", "status", "other"): "count(*) from orders where status = 'paid'",
    ("email_events", "value", "event_type", "opened"): (
        "count(*) from email_events where event_type in ('opened', 'open')"
    ),
    ("email_events", "value", "is_machine_open", "true"): (
        "count(*) from email_events where is_machine_open"
    ),
    ("email_events", "machine hour", "", ""): (
        "sum(extract(hour from occurred_at)) from email_events"
    ),
    ("contacts", "fault", "no contact changed before it was created", ""): "0",
    ("order_items", "sum", "unit_price", ""): "sum(unit_price) from order_items",
}


def test_figures_are_what_the_tables_have(batches: Batches, tmp_path: Path) -> None:
    shop = Shop(date(2026, 6, 1), NOW).make()
    shop.execute("update orders set status = 'paid' where hash(order_id) % 90 = 0")
    shop.execute(
        "update email_events set event_type = 'open'"
        " where hash(event_id) % 9 = 0 and event_type = 'opened'"
    )
    batches.forget()
    write(shop, tmp_path / "raw", NOW)
    batches.deliver(tmp_path / "raw", NOW)
    for figure, sql in FIGURES.items():
        ((expected,),) = shop.execute(f"select {sql}").fetchall()
        assert batches.figure(*figure) == pytest.approx(float(expected)), figure
    ((expected,),) = shop.execute(
        "select max(n) from (select count(*) as n from orders"
        " group by cast(ordered_at as date), contact_id)"
    ).fetchall()
    assert batches.figure("orders", "largest", "contact_id", "", "max") == expected
