"""A request erases the person whom it names: nobody who did not ask, and nothing unchecked."""

import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from customer_segments.inputs.delivery import DEMO
from tests.python.deliveries import Change, Row, each, read, rows
from tests.python.people import ERASED_BY_REQUEST, FIRM, NO_LONGER_MERGED, TILL
from tests.python.shared import AFTER_GOOD, AFTER_REFUSED, FIRST

if TYPE_CHECKING:
    from tests.python.scenarios import Played

TILL_ADDRESS, INFO_ADDRESS = "kasse@shop.example", "info@firm.example"
# Of these, C00036 has an address in common with K0011 alone, and others get that of C00078.
ASKED = ("C00410", " c00036 ", "<UZurcher@atelier-du-leman-sa.example>")
NOBODY = "C88888"
OF_THE_DEMO = {"C00033", "K0029", "C00389", "C00021"}
WITHDRAWN = "C00389"


def addresses(row: Row) -> None:
    """Give addresses as a till and an import write them, and one to two contacts more."""
    if row["contact_id"] in TILL:
        row["email"] = TILL_ADDRESS
    if row["contact_id"] in FIRM:
        row["email"] = INFO_ADDRESS
    if row["contact_id"] in NO_LONGER_MERGED:
        row["email"] = "lucie.perret@novatherm-sarl.example"


def requests(found: list[Row]) -> list[Row]:
    return found + [
        {"contact_id": text, "requested_at": "2026-06-30T10:00:00Z"} for text in (*ASKED, NOBODY)
    ]


def withdraw(row: Row) -> None:
    row["withdrawn"] = "yes" if row["contact_id"] == WITHDRAWN else ""


CHANGES: tuple[Change, ...] = (each("contacts", addresses), rows("erasures", requests))
# Of a request that an earlier build did.
WITHDRAWAL = each("erasures", withdraw)


def erased(played: "Played") -> set[str]:
    asked = ERASED_BY_REQUEST | OF_THE_DEMO
    return asked if played.time == FIRST else asked - {WITHDRAWN}


def test_one_request_removes_one_person(played: "Played") -> None:
    there = {
        contact_id
        for (contact_id,) in played.deliveries.warehouse(
            "select contact_id from staging.stg_contacts"
        )
    }
    rejected = {
        contact_id
        for (contact_id,) in played.deliveries.warehouse(
            "select row_key from staging.rejected_rows"
            " where source = 'contacts' and scope = 'row' and row_key is not null"
        )
    }
    delivered = {row["contact_id"] for row in read(DEMO, "contacts")}
    assert delivered - there - rejected == erased(played)


def test_who_shares_an_address_is_a_contact_of_its_own(played: "Played") -> None:
    counts = dict(
        played.deliveries.warehouse("select email, count(*) from main.dim_contacts group by email")
    )
    assert counts[TILL_ADDRESS] == len(TILL) - 1
    assert counts[INFO_ADDRESS] == len(FIRM)


def test_contacts_that_are_no_longer_merged_have_a_history_each(played: "Played") -> None:
    inside = played.deliveries.published(
        "select distinct contact_id from segment_history where left_at is null"
    )
    assert {contact_id for (contact_id,) in inside} >= NO_LONGER_MERGED


def test_nothing_of_the_erased_is_published_or_kept(played: "Played") -> None:
    releases = sorted(played.deliveries.places.published.parent.rglob("*.duckdb"))
    assert len(releases) >= (2 if not played.before else 3)
    for file in releases:
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute(
                "select distinct contact_id from segment_history"
                f" where contact_id in {tuple(TILL | ERASED_BY_REQUEST)}"
            ).fetchall()
        inside = {contact_id for (contact_id,) in found}
        assert not inside & ERASED_BY_REQUEST
        # Some were another id's contact until the till gave them its address.
        assert len(inside) > 0.95 * len(TILL)


@pytest.mark.parametrize("played", [AFTER_REFUSED], indirect=True, scope="session")
def test_a_refused_delivery_erases_nobody(played: "Played") -> None:
    assert played.before
    assert played.after_refused == played.before


def test_a_request_that_names_nobody_is_the_first_line(played: "Played") -> None:
    first, second, *_ = played.summary.strip().split("\n")
    assert first.startswith("WARNING: 1 requests in erasures name nobody")
    assert second.startswith("WARNING: 1 addresses of erased people are held by too many contacts")
    assert NOBODY not in played.summary
    reasons = "select row_key, reason from staging.rejected_rows where source = 'erasures'"
    ((key, reason),) = played.deliveries.warehouse(reasons)
    assert (key, reason.split(":")[0]) == (NOBODY, "contact_id names nobody")


@pytest.mark.parametrize("played", [AFTER_GOOD, AFTER_REFUSED], indirect=True, scope="session")
def test_a_wrong_request_is_taken_back(played: "Played") -> None:
    assert "Erasures taken back: 1 requests, 1 ids forgotten" in played.summary
    there = played.deliveries.warehouse("select contact_id from staging.stg_contacts")
    assert (WITHDRAWN,) in there
    report = json.loads(played.deliveries.places.erasure_report.read_text())
    assert report["withdrawn_requests"] == 1
    assert report["forgotten_contact_ids"] == 1
    assert report["forgotten_addresses"] == 1
    assert report["remembered_contact_ids"] == len(erased(played))
