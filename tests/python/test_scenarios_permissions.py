"""Who may not be approached gets nothing, for whichever reason, at each of the three times."""

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from customer_segments.audiences.allowed_day import AllowedDay
from customer_segments.audiences.content import LAYOUTS
from customer_segments.audiences.export import export
from customer_segments.releases.targets import store_of
from tests.python.deliveries import DAY, Change, Deliveries, Row, each, rows
from tests.python.people import people

if TYPE_CHECKING:
    from tests.python.scenarios import Played

MESSAGE, OFFER, PROMOTION, FILE = (
    "a message",
    "an offer by email",
    "promotions",
    "a place in a file",
)
ALL = {MESSAGE, OFFER, PROMOTION, FILE}
# What a contact gets who is approached in the demo, with the reason for which it gets nothing now.
NOTHING = {
    "wishes 0 emails": "wishes_no_email",
    "is a supplier": "relationship",
    "is a supplier manually": "relationship",
    "turned 16 since the first of the month": "under_age",
    "must not be contacted": "do_not_contact",
    "must not be contacted, since an unreadable day": "do_not_contact",
    "was removed from promotions": "no_promotion",
}
# On as_of nobody knows yet; what is written now does.
NO_FILE = ("refuses after as_of", "must not be contacted after as_of")
EVERYTHING = (
    "wishes 1 email",
    "was 16 on the first of the month",
    "may be contacted again",
    "was a supplier",
)
ROW = {
    "wishes 0 emails": {"max_emails_per_month": "0"},
    "wishes 1 email": {"max_emails_per_month": "1"},
    "is a supplier": {"relationship": "supplier"},
    "was a supplier": {"relationship": "supplier"},
    "was 16 on the first of the month": {"birth_date": "2010-06-01"},
    "turned 16 since the first of the month": {"birth_date": "2010-06-02"},
}
BY_HAND = (
    ("is a supplier manually", "suppliers", "add", "2026-06-30T21:59:59Z"),
    ("was a supplier", "suppliers", "remove", "2026-06-30T21:59:59Z"),
    ("must not be contacted", "do_not_contact", "add", "2026-06-30T21:59:59Z"),
    ("must not be contacted, since an unreadable day", "do_not_contact", "add", "yesterday"),
    ("must not be contacted after as_of", "do_not_contact", "add", "2026-06-30T22:00:00Z"),
    ("was removed from promotions", "promotion_audience", "remove", "2026-06-30T21:59:59Z"),
    ("may be contacted again", "do_not_contact", "add", "2026-06-01T10:00:00Z"),
    ("may be contacted again", "do_not_contact", "remove", "2026-06-02T10:00:00Z"),
)


def changes() -> list[Change]:
    """Return what makes the scenarios of the demo's files."""
    scenarios = {contact: name for name, contact in people().items()}

    def contact_row(row: Row) -> None:
        row.update(ROW.get(scenarios.get(row["contact_id"], ""), {}))

    def manual(found: list[Row]) -> list[Row]:
        return found + [
            {"segment": segment, "contact_id": people()[name], "action": action,
             "changed_at": changed_at, "changed_by": "m.keller", "reason": name}
            for name, segment, action, changed_at in BY_HAND
        ]  # fmt: skip

    def refusals(found: list[Row]) -> list[Row]:
        contact = people()["refuses after as_of"]
        event = {"event_id": "E-later", "contact_id": contact, "event_type": "unsubscribed"}
        return [*found, {**found[-1], **event, "occurred_at": "2026-06-30T22:00:00Z"}]

    return [
        each("contacts", contact_row),
        rows("segment_members_manual", manual),
        rows("email_events", refusals),
    ]


class Outcome:
    """What the contacts get after a delivery."""

    def __init__(self, deliveries: Deliveries, folder: Path) -> None:
        self.reasons = deliveries.warehouse(
            "select distinct contact_id, reason from int_sequence_messages where due_on > as_of"
        )
        asked = {
            MESSAGE: "int_sequence_messages where status in ('due', 'upcoming')",
            OFFER: "contact_offers where channel = 'email'",
            PROMOTION: "segment_members where segment = 'promotion_audience'",
        }
        self.found = {
            what: {row[0] for row in deliveries.warehouse(f"select contact_id from {where}")}
            for what, where in asked.items()
        }
        everybody = deliveries.published("select segment from segments where family = 'lifecycle'")
        export(
            [segment for (segment,) in everybody],
            "NL01",
            LAYOUTS["brevo"],
            folder,
            store_of(deliveries.places),
            AllowedDay(date.fromisoformat(DAY), 0),
        )
        with (folder / "NL01.brevo.csv").open(encoding="utf-8", newline="") as lines:
            self.found[FILE] = {row["EXT_ID"] for row in csv.DictReader(lines, delimiter=";")}

    def of(self, name: str) -> set[str]:
        return {what for what, who in self.found.items() if people()[name] in who}


@pytest.fixture(scope="session")
def outcome(played: "Played") -> Outcome:
    return Outcome(played.deliveries, played.deliveries.folder / "permitted")


@pytest.mark.parametrize("name", NOTHING)
def test_who_may_not_be_approached_gets_nothing(outcome: Outcome, name: str) -> None:
    assert outcome.of(name) == set()


@pytest.mark.parametrize("name", NOTHING)
def test_the_messages_to_come_are_skipped_with_the_reason(outcome: Outcome, name: str) -> None:
    assert (people()[name], NOTHING[name]) in outcome.reasons


@pytest.mark.parametrize("name", NO_FILE)
def test_who_objects_after_as_of_is_in_no_file(outcome: Outcome, name: str) -> None:
    assert outcome.of(name) == ALL - {FILE}


@pytest.mark.parametrize("name", EVERYTHING)
def test_who_may_be_approached_still_is(outcome: Outcome, name: str) -> None:
    assert outcome.of(name) == ALL
