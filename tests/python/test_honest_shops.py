"""Sound data is not stopped: small honest shops at the raw door, at first and after a delivery."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from customer_segments.contracts.doors import RawCheck, RawDoor
from customer_segments.contracts.memory import Memory
from customer_segments.dbt import parse
from customer_segments.intake import take_in
from tests.python.honest_shop import Shop
from tests.python.quick_check import quick_check
from tests.python.staging import LAYOUT

EARLIER, TODAY = date(2026, 5, 31), date(2026, 6, 30)
Check = Callable[..., RawCheck]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Check a shop's files of a day, after a delivery of another day if one is given."""
    folder = tmp_path_factory.mktemp("shops")
    taken_in = folder / "taken_in"
    variables = {"raw_dir": str(taken_in), "as_of": str(TODAY)}
    door = RawDoor(folder, taken_in, folder / "warehouse.duckdb", variables)
    read = door.readings(parse(variables, folder / "parsed.duckdb"))

    def delivered(shop: Shop, day: date, warehouse: Path) -> RawCheck:
        raw = warehouse.with_suffix(f".{day}")
        shop.write(raw, day)
        take_in(raw, taken_in, LAYOUT)
        door = RawDoor(raw, taken_in, warehouse, variables)
        return quick_check(door, read, folder / "door.duckdb", door.memory.last_time())

    def after(shop: Shop, last: Shop | None = None) -> RawCheck:
        warehouse = Path(tempfile.mkdtemp(dir=folder)) / "warehouse.duckdb"
        if last:
            before = delivered(last, EARLIER, warehouse)
            assert not before.verdict.stops
            # As the build that ends well does.
            Memory(warehouse).keep(before.profile)
        return delivered(shop, TODAY, warehouse)

    return after


HONEST = {
    "it grows": Shop(),
    "keys gain a digit": Shop(keys_gain_a_digit=True),
    "campaigns are named anew": Shop(campaigns_are_named_anew=True),
    "a few orders are large": Shop(has_large_orders_lately=True),
}


@pytest.mark.parametrize("what", HONEST)
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "later"])
def test_what_happens_to_every_shop_is_not_even_odd(
    check: Check, what: str, is_first: bool
) -> None:
    shop = HONEST[what]
    # Until lately the shops are the same but for the length of their keys.
    found = check(shop, None if is_first else shop)
    assert [kept.shown for outcome in found.outcomes for kept in outcome.broken] == []


UNUSUAL = {
    "genders F and M": (Shop(genders=("F", "M")), "contacts: gender is one of female, male, other"),
    "no open tracking": (
        Shop(without=("opened",)),
        "email_events: who clicked had opened the mail",
    ),
    "no sent events": (Shop(without=("sent",)), "email_events: who clicked had been sent the mail"),
    "last email two months ago": (
        Shop(last_email_on=date(2026, 5, 1)),
        "email_events: the bulk of email events ends within 45 days before the day wanted",
    ),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_an_unusual_shop_is_built_at_first_and_its_summary_says_so(check: Check, what: str) -> None:
    shop, sentence = UNUSUAL[what]
    found = check(shop)
    assert not found.verdict.stops
    assert "a later delivery would stop" in found.notes
    assert sentence in found.notes


@pytest.mark.parametrize("what", UNUSUAL)
def test_the_next_delivery_is_judged_by_what_is_usual_there(check: Check, what: str) -> None:
    shop, sentence = UNUSUAL[what]
    found = check(shop, shop)
    stopped = [finding.check for finding in found.verdict.odd]
    # What nobody sends any more gets worse by itself, so somebody has to look at it once.
    assert stopped == ([sentence] if "email events ends" in sentence else [])
    assert "email events ends" in sentence or f"{sentence} (" in found.notes


@pytest.mark.parametrize("what", UNUSUAL)
def test_what_becomes_unusual_stops_and_names_what_moved(check: Check, what: str) -> None:
    shop, sentence = UNUSUAL[what]
    found = check(shop, Shop())
    assert sentence in [finding.check for finding in found.verdict.odd]
