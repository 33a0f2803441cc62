"""Sound data is not stopped: small honest shops, at first and after a delivery."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from deliveries import parsed

from customer_segments.inputs.check import InputCheck, InputContract
from customer_segments.inputs.folder import take_in
from customer_segments.inputs.memory import Memory
from tests.python.honest_shop import Shop
from tests.python.quick_check import quick_check
from tests.python.staging import LAYOUT

EARLIER, TODAY = date(2026, 5, 31), date(2026, 6, 30)


class Shops:
    """Deliveries of shops to warehouses of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken_in = folder / "taken_in"
        self._variables = {"raw_dir": str(self._taken_in), "as_of": str(TODAY)}
        self._read = self._contract(folder, folder / "none.duckdb").readings(parsed())
        self._known: dict[Shop, tuple[Path, InputCheck]] = {}

    def first(self, shop: Shop) -> InputCheck:
        """Check a first delivery, of today."""
        return self._delivered(shop, TODAY, self._warehouse())

    def earlier(self, shop: Shop) -> InputCheck:
        """Check a first delivery, of a month ago."""
        if shop not in self._known:
            warehouse = self._warehouse()
            found = self._delivered(shop, EARLIER, warehouse)
            assert not found.verdict.stops
            # As the build that ends well does.
            Memory(warehouse).keep(found.profile)
            self._known[shop] = (warehouse, found)
        return self._known[shop][1]

    def later(self, shop: Shop, last: Shop) -> InputCheck:
        """Check the delivery of today after one of a month ago."""
        self.earlier(last)
        return self._delivered(shop, TODAY, self._known[last][0])

    def _warehouse(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._folder)) / "warehouse.duckdb"

    def _contract(self, raw: Path, warehouse: Path) -> InputContract:
        return InputContract(raw, self._taken_in, warehouse, self._variables)

    def _delivered(self, shop: Shop, day: date, warehouse: Path) -> InputCheck:
        raw = Path(tempfile.mkdtemp(dir=self._folder))
        shop.write(raw, day)
        take_in(raw, self._taken_in, LAYOUT)
        contract = self._contract(raw, warehouse)
        last = contract.memory.last_time()
        return quick_check(contract, self._read, self._folder / "contract.duckdb", last)


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    return Shops(tmp_path_factory.mktemp("shops"))


HONEST = {
    "it grows": Shop(),
    "keys gain a digit": Shop(keys_gain_a_digit=True),
    "campaigns are named anew": Shop(campaigns_are_named_anew=True),
    "a few orders are large": Shop(has_large_orders_lately=True),
}


@pytest.mark.parametrize("what", HONEST)
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "later"])
def test_what_happens_to_every_shop_is_not_even_odd(
    shops: Shops, what: str, is_first: bool
) -> None:
    shop = HONEST[what]
    found = shops.first(shop) if is_first else shops.later(shop, shop)
    assert [result.shown for outcome in found.outcomes for result in outcome.failed] == []


UNUSUAL = {
    "genders F and M": (Shop(genders=("F", "M")), "contacts: gender is one of female, male, other"),
    "no open tracking": (
        Shop(without=("opened",)),
        "email_events: who clicked had opened the email",
    ),
    "no sent events": (
        Shop(without=("sent",)),
        "email_events: who clicked had been sent the email",
    ),
    "last email two months ago": (
        Shop(last_email_on=date(2026, 5, 1)),
        "email_events: the bulk of email events ends within 45 days before the day wanted",
    ),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_an_unusual_shop_is_built_at_first_and_its_summary_says_so(shops: Shops, what: str) -> None:
    shop, sentence = UNUSUAL[what]
    found = shops.earlier(shop)
    assert not found.verdict.stops
    assert "a later delivery would stop" in found.notes
    assert sentence in found.notes


@pytest.mark.parametrize("what", UNUSUAL)
def test_the_next_delivery_is_judged_by_what_is_usual_there(shops: Shops, what: str) -> None:
    shop, sentence = UNUSUAL[what]
    found = shops.later(shop, shop)
    stopped = [finding.check for finding in found.verdict.odd]
    # What nobody sends any more gets worse by itself, so somebody has to look at it once.
    assert stopped == ([sentence] if "email events ends" in sentence else [])
    assert "email events ends" in sentence or f"{sentence} (" in found.notes


@pytest.mark.parametrize("what", UNUSUAL)
def test_what_becomes_unusual_stops_and_names_what_moved(shops: Shops, what: str) -> None:
    shop, sentence = UNUSUAL[what]
    found = shops.later(shop, Shop())
    assert sentence in [finding.check for finding in found.verdict.odd]
