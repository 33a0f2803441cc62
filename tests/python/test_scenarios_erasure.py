"""A request erases the person whom it names: nobody who did not ask, and nothing unchecked."""

import hashlib
import json
from dataclasses import dataclass

import duckdb
import pytest
from deliveries import AFTER_REFUSED, FIRST, TIMES, Change, Deliveries, Row, each, read, rows

from customer_segments.pipeline import DEMO

TILL, INFO = "kasse@shop.example", "info@firm.example"
AT_THE_TILL = {f"C{number:05}" for number in range(401, 551)}
AT_THE_FIRM = {f"C{number:05}" for number in range(601, 641)}
# Of these, C00036 has an address in common with K0011 alone, and others get that of C00078.
ASKED, ASKED_IN_ANOTHER_CASE, ASKED_BY_ADDRESS = "C00410", " c00036 ", "C00088"
SAME_PERSON = {"C00036": "K0011", "C00088": "K0002"}
NO_LONGER_MERGED = {"C00078", "K0018", "C00701", "C00702"}
NOBODY = "C88888"
OF_THE_DEMO = {"C00033", "K0029", "C00389", "C00021"}
ERASED_BY_REQUEST = {ASKED, *SAME_PERSON, *SAME_PERSON.values()}


def addresses(row: Row) -> None:
    """Give addresses as a till and an import write them, and one to two contacts more."""
    if row["contact_id"] in AT_THE_TILL:
        row["email"] = TILL
    if row["contact_id"] in AT_THE_FIRM:
        row["email"] = INFO
    if row["contact_id"] in NO_LONGER_MERGED:
        row["email"] = "lucie.perret@novatherm-sarl.example"


def requests(found: list[Row]) -> list[Row]:
    asked = (ASKED, ASKED_IN_ANOTHER_CASE, "<UZurcher@atelier-du-leman-sa.example>", NOBODY)
    return found + [{"contact_id": text, "requested_at": "2026-06-30T10:00:00Z"} for text in asked]


CHANGES: tuple[Change, ...] = (each("contacts", addresses), rows("erasures", requests))


@dataclass
class Played:
    """What stood after the deliveries, and before the last of them."""

    deliveries: Deliveries
    summary: str
    before: dict[str, str]
    after_refused: dict[str, str]


@pytest.fixture(scope="module", params=TIMES)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    deliveries = Deliveries(tmp_path_factory.mktemp("erasure"))
    before: dict[str, str] = {}
    after_refused: dict[str, str] = {}
    if request.param != FIRST:
        deliveries.has_good_one()
        before = kept(deliveries)
    if request.param == AFTER_REFUSED:
        deliveries.is_refused(*CHANGES)
        after_refused = kept(deliveries)
    return Played(deliveries, deliveries.deliver_odd(*CHANGES), before, after_refused)


def kept(deliveries: Deliveries) -> dict[str, str]:
    """Return checksums of the warehouse, what is published, and the memory of the erased."""
    files = [
        *(deliveries.folder / f"warehouse.{suffix}" for suffix in ("duckdb", "erased", "salt")),
        *deliveries.places.published.parent.rglob("*.duckdb"),
    ]
    return {
        str(file.relative_to(deliveries.folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def test_one_request_removes_one_person(played: Played) -> None:
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
    assert delivered - there - rejected == ERASED_BY_REQUEST | OF_THE_DEMO


def test_who_shares_an_address_is_a_contact_of_its_own(played: Played) -> None:
    counts = dict(
        played.deliveries.warehouse("select email, count(*) from main.dim_contacts group by email")
    )
    assert counts[TILL] == len(AT_THE_TILL) - 1
    assert counts[INFO] == len(AT_THE_FIRM)


def test_contacts_that_are_no_longer_merged_have_a_history_each(played: Played) -> None:
    inside = played.deliveries.published(
        "select distinct contact_id from segment_history where left_at is null"
    )
    assert {contact_id for (contact_id,) in inside} >= NO_LONGER_MERGED


def test_nothing_of_the_erased_is_published_or_kept(played: Played) -> None:
    releases = sorted(played.deliveries.places.published.parent.rglob("*.duckdb"))
    assert len(releases) >= (2 if not played.before else 3)
    for file in releases:
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute(
                "select distinct contact_id from segment_history"
                f" where contact_id in {tuple(AT_THE_TILL | ERASED_BY_REQUEST)}"
            ).fetchall()
        inside = {contact_id for (contact_id,) in found}
        assert not inside & ERASED_BY_REQUEST
        # Some were another id's contact until the till gave them its address.
        assert len(inside) > 0.95 * len(AT_THE_TILL)


def test_a_refused_delivery_erases_nobody(played: Played) -> None:
    if not played.after_refused:
        pytest.skip("nothing was refused")
    assert played.after_refused == played.before


def test_a_request_that_names_nobody_is_the_first_line(played: Played) -> None:
    first, second, *_ = played.summary.strip().split("\n")
    assert first.startswith("WARNING: 1 requests in erasures name nobody")
    assert second.startswith("WARNING: 1 addresses of erased people are held by too many contacts")
    assert NOBODY not in played.summary
    reasons = "select row_key, reason from staging.rejected_rows where source = 'erasures'"
    ((key, reason),) = played.deliveries.warehouse(reasons)
    assert (key, reason.split(":")[0]) == (NOBODY, "contact_id names nobody")


def test_a_wrong_request_is_taken_back(played: Played) -> None:
    """Once more with what was delivered, the requests marked as withdrawn."""
    if played.before:
        pytest.skip("once is enough")

    def withdraw(row: Row) -> None:
        row["withdrawn"] = "" if row["contact_id"] in OF_THE_DEMO else "yes"

    summary = played.deliveries.deliver_odd(*CHANGES, each("erasures", withdraw))
    assert "Erasures taken back: 3 requests, 5 ids forgotten" in summary
    there = played.deliveries.warehouse("select contact_id from staging.stg_contacts")
    assert {contact_id for (contact_id,) in there} >= ERASED_BY_REQUEST
    report = json.loads(played.deliveries.places.erasure_report.read_text())
    assert report["withdrawn_requests"] == 3
    assert report["forgotten_contact_ids"] == 5
    assert report["forgotten_addresses"] == 2
    assert report["remembered_contact_ids"] == len(OF_THE_DEMO)
