"""What goes out is of the present, harmless as text, and shows nobody's birthday.

Played with a first delivery, one after a good one, and one after a refused one.
"""

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from customer_segments.audiences.allowed_day import AllowedDay, allowed_day
from customer_segments.audiences.content import LAYOUTS
from customer_segments.audiences.export import export
from customer_segments.errors import UserError
from customer_segments.releases.targets import store_of
from tests.python.birthdays import telling_columns
from tests.python.deliveries import DAY, Deliveries, Row, rows
from tests.python.shared import AFTER_REFUSED

if TYPE_CHECKING:
    from tests.python.scenarios import Played

AS_OF = date.fromisoformat(DAY)
# By contact: what somebody typed as first name, as last name, and what of it goes out.
TYPED = {
    "victim_1": ("*|EMAIL|*", "Meier", "dear customer", "Meier"),
    "victim_2": ("Anna", "{{ contact.EMAIL }}", "Anna", "customer"),
    "victim_3": ("You won: http://evil.example", "Frei", "dear customer", "Frei"),
    "victim_4": ("<a href=x>Ben</a>", "evil.com", "dear customer", "customer"),
    "victim_5": ("Anna, please call us about your order, for your account is closed", "Frei",
                 "dear customer", "Frei"),
    "honest_1": ("Jean-Luc", "O'Neill", "Jean-Luc", "O'Neill"),
    "honest_2": ("J. R.", "d'Ørsted", "J. R.", "d'Ørsted"),
    "formula": ("＝HYPERLINK(1)", "＋41", "'＝HYPERLINK(1)", "'＋41"),
}  # fmt: skip
PRODUCTS = {
    "victim_1": ("{% include x %}", "your purchase"),
    "victim_2": ("Boots www.evil.example", "your purchase"),
    "honest_1": ("Trail shoes, size 40 (blue)", "Trail shoes, size 40 (blue)"),
}


def _contacts(found: list[Row]) -> list[Row]:
    """Add people who agreed long ago, and type their names."""
    model = found[0]
    return found + [
        {
            **dict.fromkeys(model, ""),
            "contact_id": contact,
            "email": f"{contact}@example.org",
            "first_name": first,
            "last_name": last,
            "created_at": "2026-01-05T10:00:00Z",
            "updated_at": "2026-01-05T10:00:00Z",
            "email_consent": "true",
            "consent_at": "2026-01-05T10:00:00Z",
            "relationship": "friend",
        }
        for contact, (first, last, *_) in TYPED.items()
    ]


def _orders(found: list[Row]) -> list[Row]:
    """Let them order yesterday, so that the thanks for it are due."""
    return found + [
        {
            **dict.fromkeys(found[0], ""),
            "order_id": f"order_{contact}",
            "contact_id": contact,
            "ordered_at": "2026-06-29T10:00:00Z",
            "total_amount": "20",
            "currency": "CHF",
            "status": "completed",
        }
        for contact in PRODUCTS
    ]


def _order_items(found: list[Row]) -> list[Row]:
    return found + [
        {
            **dict.fromkeys(found[0], ""),
            "order_id": f"order_{contact}",
            "line_number": "1",
            "product_id": f"product_{contact}",
            "product_name": name,
            "category": "sport",
            "quantity": "1",
            "unit_price": "20",
        }
        for contact, (name, _) in PRODUCTS.items()
    ]


CHANGES = (
    rows("contacts", _contacts),
    rows("orders", _orders),
    rows("order_items", _order_items),
)


class Exported(Deliveries):
    """Deliveries whose segments are exported on a day of one's choice."""

    def export(
        self, *segments: str, campaign: str | None = None, today: date = AS_OF, **named: Any
    ) -> str:
        return export(
            segments,
            campaign,
            LAYOUTS["brevo"],
            self.audiences,
            store_of(self.places),
            AllowedDay(today, 2, **named),
        )

    @property
    def audiences(self) -> Path:
        return self.folder / "audiences"

    def rows(self, file: str) -> dict[str, dict[str, str]]:
        """Return the rows of an audience file by contact."""
        with (self.audiences / file).open(encoding="utf-8", newline="") as stream:
            return {row["EXT_ID"]: row for row in csv.DictReader(stream, delimiter=";")}

    def manifest(self) -> dict[str, Any]:
        found = json.loads((self.audiences / "manifest.json").read_text(encoding="utf-8"))
        return dict(found)


@pytest.fixture
def delivered(played: "Played") -> Exported:
    return played.deliveries


@pytest.mark.parametrize("played", [AFTER_REFUSED], indirect=True, scope="session")
def test_what_is_still_published_after_a_refused_one_grows_old(played: "Played") -> None:
    assert "3 days ago; export takes none older" in played.export_after_refused


def test_old_segments_do_not_go_out_unless_their_day_is_named(delivered: Exported) -> None:
    with pytest.raises(UserError, match=r"of 2026-06-30, 150 days ago; export takes none older"):
        delivered.export("vip", today=date(2026, 11, 27))
    with pytest.raises(UserError, match="150 days ago"):
        delivered.export(campaign="SEQ-WEL-1", today=date(2026, 11, 27))
    assert not (delivered.audiences / "vip.brevo.csv").exists()
    told = delivered.export("vip", today=date(2026, 11, 27), named=AS_OF)
    assert "vip.brevo.csv" in told
    assert delivered.manifest()["vip.brevo.csv"]["as_of"] == "2026-06-30"


def test_no_harmful_name_goes_out_and_each_is_counted(delivered: Exported) -> None:
    told = delivered.export("friends")
    found = delivered.rows("friends.brevo.csv")
    assert {
        contact: (found[contact]["FIRSTNAME"], found[contact]["LASTNAME"]) for contact in TYPED
    } == {contact: (first, last) for contact, (*_, first, last) in TYPED.items()}
    assert delivered.manifest()["friends.brevo.csv"]["replaced"] == {
        "first_name": 4,
        "last_name": 2,
    }
    assert told.endswith("; replaced: 4 first name, 2 last name")


def test_no_harmful_text_is_in_a_message_and_each_is_counted(delivered: Exported) -> None:
    told = delivered.export(campaign="SEQ-AFT-1")
    found = delivered.rows("SEQ-AFT-1.brevo.csv")
    assert {
        contact: (found[contact]["MESSAGE_FIRSTNAME"], found[contact]["PRODUCT_NAME"])
        for contact in PRODUCTS
    } == {contact: (TYPED[contact][2], name) for contact, (_, name) in PRODUCTS.items()}
    assert delivered.manifest()["SEQ-AFT-1.brevo.csv"]["replaced"] == {
        "first_name": 1,
        "last_name": 1,
        "product_name": 2,
    }
    assert told.endswith("; replaced: 1 first name, 1 last name, 2 product name")
    assert delivered.warehouse(
        "select count(*) filter (where is_first_name_replaced),"
        " count(*) filter (where is_product_name_replaced) from message_personalisation"
    ) == [(1, 2)]


def test_no_birthday_is_published_and_birthday_messages_go_out(delivered: Exported) -> None:
    births = dict(
        delivered.warehouse(
            "select contact_id, birth_date from dim_contacts where birth_date is not null"
        )
    )
    assert len(births) > 500
    with duckdb.connect(str(delivered.places.published), read_only=True) as connection:
        assert telling_columns(connection, births) == set()
    assert delivered.published(
        "select count(*) from sequence_messages where sequence = 'birthday'"
    ) == [(0,)]
    withheld = "('birthday_today', 'birthday_this_week')"
    for table in ("segment_members", "segment_history", "segment_kpis"):
        assert delivered.published(f"select count(*) from {table} where segment in {withheld}") == [
            (0,)
        ]
    due = delivered.warehouse(
        "select contact_id from message_personalisation where sequence = 'birthday'"
    )
    delivered.export(campaign="SEQ-BIR-1")
    found = set(delivered.rows("SEQ-BIR-1.brevo.csv"))
    assert found and found <= {contact for (contact,) in due}
    delivered.export("birthday_this_week")
    assert delivered.rows("birthday_this_week.brevo.csv")


@pytest.mark.parametrize("age", [0, 1, 2])
def test_segments_of_up_to_two_days_ago_go_out(age: int) -> None:
    AllowedDay(date(2026, 7, 1 + age), 2).check(date(2026, 7, 1))


def test_segments_of_three_days_ago_and_of_a_day_to_come_do_not() -> None:
    with pytest.raises(UserError) as refused:
        AllowedDay(date(2026, 7, 4), 2).check(date(2026, 7, 1))
    assert str(refused.value) == (
        "the published segments are of 2026-07-01, 3 days ago; export takes none older than 2 days"
        " (var export_maximum_age_days), for consent, orders and messages since then are not in"
        " them; run make build with the present files, then export, or say that this day is"
        " meant: make export AS_OF=2026-07-01"
    )
    with pytest.raises(UserError, match="of 2026-07-02, a day to come, for today is 2026-07-01;"):
        AllowedDay(date(2026, 7, 1), 2).check(date(2026, 7, 2))
    AllowedDay(date(2026, 7, 4), 3).check(date(2026, 7, 1))
    AllowedDay(date(2026, 7, 1), 0).check(date(2026, 7, 1))


def test_a_day_that_is_named_must_be_the_one_published() -> None:
    AllowedDay(date(2026, 11, 27), 2, AS_OF).check(AS_OF)
    for day in (date(2026, 6, 29), date(2026, 7, 1)):
        # Even where the published day is young enough by itself: somebody meant another.
        with pytest.raises(UserError, match=f"AS_OF is {day}, but the published segments are of"):
            AllowedDay(AS_OF, 2, day).check(AS_OF)


def test_today_and_the_bound_are_the_projects() -> None:
    """The date line has two days at any time but one moment: zones 26 hours apart."""
    east, west = (
        allowed_day(None, {"timezone": zone}).today for zone in ("Pacific/Kiritimati", "Etc/GMT+12")
    )
    assert (east - west).days in (1, 2)
    assert allowed_day(None, {}).maximum_age_days == 2
    assert allowed_day(None, {"export_maximum_age_days": 0}).maximum_age_days == 0
    assert allowed_day("", {}).named is None
    assert allowed_day("2026-06-30", {}).named == AS_OF
    today = allowed_day("today", {})
    assert today.named == today.today
    with pytest.raises(UserError, match="AS_OF is June; give a date such as 2026-03-31"):
        allowed_day("June", {})
    for bound in (-1, 1.5, "many"):
        with pytest.raises(UserError, match="the var export_maximum_age_days is"):
            allowed_day(None, {"export_maximum_age_days": bound})
