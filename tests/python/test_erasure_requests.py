"""Whom a request for erasure takes, what stops it, and how it is taken back; without a build."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from test_erasure import loaded

from customer_segments.database import parquet_rows
from customer_segments.errors import UserError
from customer_segments.people.blank import erase_from_loaded
from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import ERASED

Rows = Sequence[Sequence[str]]
OWN, OTHER, INFO = "anna@example.ch", "anna@other.example", "info@example.ch"


class Source:
    """Deliveries of contacts and requests, one after the other, to one warehouse."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.number = 0
        self.left: list[str] = []

    def deliver(
        self,
        contacts: Rows,
        erasures: Rows = (),
        suppressions: Sequence[str] = (),
        *,
        is_accepted: bool = True,
        **variables: int,
    ) -> Erasure:
        """Erase from a delivery; when it is accepted, save what is remembered, and keep its
        contacts as those of the build before.
        """
        self.number += 1
        folder = self.folder / str(self.number)
        folder.mkdir()
        raw = loaded(
            folder,
            contacts=[["contact_id", "email", "created_at"], *([*row, ""] for row in contacts)],
            erasures=[["contact_id", "confirmed", "withdrawn"], *erasures],
            suppressions=[["email"], *([email] for email in suppressions)],
        )
        erasure = erase_from_loaded(raw, self.warehouse, variables)
        if is_accepted:
            erasure.keys.save()
            with duckdb.connect(str(self.warehouse)) as connection:
                connection.execute("create schema if not exists staging")
                connection.execute(
                    "create or replace table staging.base_contacts as"
                    f" from {parquet_rows(raw / 'contacts')}"
                )
        self.left = self._column(raw, "contacts", "contact_id")
        self.suppressed = self._column(raw, "suppressions", "email")
        self.requests = self._column(raw, "erasures", "contact_id")
        return erasure

    def _column(self, raw: Path, table: str, column: str) -> list[str]:
        rows = duckdb.sql(f"select {column} from {parquet_rows(raw / table)}").fetchall()
        return [value for (value,) in rows]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


def asked(*texts: str, confirmed: str = "", withdrawn: str = "") -> list[list[str]]:
    return [[text, confirmed, withdrawn] for text in texts]


def sharing(count: int, email: str = INFO) -> list[list[str]]:
    return [[f"K{number}", email] for number in range(1, count + 1)]


def test_address_at_the_bound_is_a_persons_own_and_above_it_nobodys(source: Source) -> None:
    erasure = source.deliver(sharing(3), asked("K1"), [INFO], is_accepted=False)
    assert (erasure.contact_ids, erasure.emails) == ({"K1", "K2", "K3"}, {INFO})
    assert (source.suppressed, erasure.shared_emails) == ([ERASED], set())
    erasure = source.deliver(sharing(4), asked("K1"), [INFO])
    assert (erasure.contact_ids, erasure.emails) == ({"K1"}, set())
    assert source.left == [ERASED, "K2", "K3", "K4"]
    assert (source.suppressed, erasure.shared_emails) == ([INFO], {INFO})
    assert "1 addresses of erased people are held by too many" in "".join(erasure.warnings())


def test_bound_is_a_var(source: Source) -> None:
    erasure = source.deliver(sharing(3), asked("K1"), address_contact_limit=2)
    assert erasure.contact_ids == {"K1"}
    erasure = source.deliver(sharing(4), asked("K2"), address_contact_limit=4, is_accepted=False)
    assert erasure.contact_ids == {"K1", "K2"}, "remembered as shared when K1 was erased"


def test_rows_of_one_id_are_one_contact_and_rows_without_id_none(source: Source) -> None:
    contacts = [*sharing(3), ["K3", INFO], [" K3", INFO], ["", INFO], [" ", INFO]]
    assert source.deliver(contacts, asked("K1")).contact_ids == {"K1", "K2", "K3"}
    assert source.left == [ERASED] * 7


def test_contacts_of_the_build_before_count_too(source: Source) -> None:
    source.deliver(sharing(4))
    assert source.deliver(sharing(4)[:2], asked("K1")).contact_ids == {"K1"}


def test_shared_address_stays_shared_while_its_people_are_erased_one_by_one(
    source: Source,
) -> None:
    contacts = sharing(5)
    for number in range(1, 6):
        erasure = source.deliver(contacts, asked(f"K{number}"))
        assert erasure.contact_ids == {f"K{number}"}
        contacts = contacts[1:]


def test_shared_address_breaks_a_chain_that_own_addresses_make(source: Source) -> None:
    own = [["A", OWN], ["B", OWN], ["B", OTHER], ["C", OTHER]]
    shared = [["C", INFO], ["D", INFO], ["E", INFO], ["F", INFO]]
    erasure = source.deliver([*own, *shared], asked("A"))
    assert (erasure.contact_ids, erasure.emails) == ({"A", "B", "C"}, {OWN, OTHER})


def test_remembered_address_that_many_have_now_takes_nobody(source: Source) -> None:
    source.deliver([["A", OWN]], asked("A"))
    contacts = [["A", OWN], *sharing(4, OWN)]
    erasure = source.deliver(contacts, [], [OWN])
    assert (erasure.contact_ids, erasure.emails) == ({"A"}, set())
    assert (source.left, source.suppressed) == ([ERASED, "K1", "K2", "K3", "K4"], [OWN])


def test_erased_person_is_known_under_a_new_id_with_an_own_address(source: Source) -> None:
    source.deliver([["A", OWN]], asked("A"))
    source.deliver([["B", OWN]])
    assert source.left == [ERASED]
    source.deliver([["B", OTHER]])
    assert source.left == [ERASED]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("k-1", {"K-1"}),
        (" K-1 ", {"K-1"}),
        ("ANNA@example.ch", {"K-1", "K-2"}),
        ("Anna <anna@example.ch>", {"K-1", "K-2"}),
        ("o-only", {"O-only"}),
        ("ben", {"ben"}),
        ("ID@example.ch", {"id@example.ch"}),
    ],
)
def test_request_is_matched_in_any_case_and_by_address(
    source: Source, text: str, taken: set[str]
) -> None:
    own = [["K-1", OWN], ["K-2", OWN]]
    others = [["ben", ""], ["BEN", ""], ["O-only", ""], ["id@example.ch", ""], ["Z", "z@z.ch"]]
    erasure = source.deliver([*own, *others], asked(text))
    assert erasure.contact_ids >= taken
    assert erasure.contact_ids <= taken | {"K-1", "K-2"}
    assert (source.requests, erasure.unmatched) == ([ERASED], set())
    # Done once, it is not looked for anew, and it does not complain that nobody is there.
    assert source.deliver(others[-1:], asked(text)).unmatched == set()


def test_address_on_the_suppression_list_alone_is_matched(source: Source) -> None:
    erasure = source.deliver([["A", OTHER]], asked(OWN), [OWN])
    assert (source.suppressed, erasure.unmatched) == ([ERASED], set())


@pytest.mark.parametrize(
    ("contacts", "request_rows", "sentence"),
    [
        ([["k1", ""], ["K1", ""]], asked("k1 ", "K1"), None),
        ([["Ab", ""], ["aB", ""]], asked("ab"), "ab is 2 ids that differ in capitals"),
        (sharing(4), asked(INFO), "the request in row 1 has an address that more than 3 contacts"),
        ([["A", ""]], asked("A", withdrawn="perhaps"), "withdrawn of A is neither yes nor no"),
        (
            [["A", ""]],
            [*asked("A"), *asked("a", withdrawn="yes")],
            "a is withdrawn in one row and asked for in another",
        ),
    ],
)
def test_request_that_is_not_clear_stops(
    source: Source, contacts: Rows, request_rows: Rows, sentence: str | None
) -> None:
    if sentence is None:
        assert source.deliver(contacts, request_rows).contact_ids == {"k1", "K1"}
        return
    with pytest.raises(UserError, match=sentence) as stopped:
        source.deliver(contacts, request_rows)
    assert "@" not in str(stopped.value)
    assert not source.warehouse.with_suffix(".erased").exists()


def chain(count: int) -> list[list[str]]:
    """Contacts each of whom has an address in common with the next."""
    return [
        [f"K{number}", f"a{number + step}@example.ch"]
        for number in range(1, count + 1)
        for step in (0, 1)
    ]


def test_request_that_takes_more_ids_than_the_bound_waits_until_it_is_confirmed(
    source: Source,
) -> None:
    assert len(source.deliver(chain(5), asked("K1"), is_accepted=False).contact_ids) == 5
    for confirmed in ("", "no", "perhaps"):
        with pytest.raises(UserError, match=r"K1 would erase 6 ids .* column confirmed") as stopped:
            source.deliver(chain(6), asked("K1", confirmed=confirmed))
        assert not {"@", "K2", "K6"} & set(str(stopped.value).split())
    assert not source.warehouse.with_suffix(".erased").exists()
    assert len(source.deliver(chain(6), asked("K1", confirmed=" Yes ")).contact_ids) == 6
    # What was confirmed and done needs no confirmation again, nor does one id more.
    assert len(source.deliver(chain(7), asked("K1")).contact_ids) == 7
    # More at once does, also when the request is no longer listed.
    with pytest.raises(UserError, match="a request of an earlier build"):
        source.deliver(chain(13))
    with pytest.raises(UserError, match=r"K1 would erase 6 ids"):
        source.deliver(chain(13), asked("K1"))


def test_request_that_names_nobody_is_neither_done_nor_remembered(source: Source) -> None:
    for _ in range(2):
        erasure = source.deliver([["A", OWN]], asked("NOBODY", "nobody@example.ch"))
        assert erasure.unmatched == {"NOBODY", "nobody@example.ch"}
        assert "2 requests in erasures name nobody" in "".join(erasure.warnings())
        assert source.requests == ["NOBODY", "nobody@example.ch"]
        assert erasure.keys.is_empty
    assert source.deliver([["NOBODY", OWN]]).contact_ids == set()


def test_withdrawn_request_is_forgotten_and_the_next_delivery_is_whole(source: Source) -> None:
    contacts = [["A", OWN], ["B", OWN], ["C", INFO]]
    source.deliver(contacts, asked("a", "C"), [OWN])
    erasure = source.deliver(contacts, [*asked(" A ", withdrawn="yes"), *asked("C")], [OWN])
    assert (source.left, source.suppressed) == (["A", "B", ERASED], [OWN])
    assert erasure.forgotten == {"contact_id": 2, "email": 1}
    assert erasure.warnings() == []
    assert "Erasures taken back: 1 requests, 2 ids forgotten" in erasure.sentence(Path("report"))
    # Listed or not, it stays so.
    for request_rows in (asked("a", withdrawn="yes"), []):
        erasure = source.deliver(contacts, request_rows)
        assert (source.left, erasure.forgotten) == (["A", "B", ERASED], {})
        assert erasure.warnings() == []
    # Asked for once more, it is done once more.
    source.deliver(contacts, asked("A"))
    assert source.left == [ERASED] * 3


def test_withdrawal_of_a_delivery_that_is_refused_forgets_nothing(source: Source) -> None:
    source.deliver([["A", OWN]], asked("A"))
    source.deliver([["A", OWN]], asked("A", withdrawn="yes"), is_accepted=False)
    source.deliver([["A", OWN]])
    assert source.left == [ERASED]


def test_who_is_erased_for_two_requests_stays_erased_when_one_is_withdrawn(
    source: Source,
) -> None:
    contacts = [["A", OWN], ["B", OWN]]
    source.deliver(contacts, asked("A", "B"))
    erasure = source.deliver(contacts, asked("A", withdrawn="yes"))
    assert source.left == [ERASED, ERASED]
    assert "1 withdrawn requests in erasures took nothing back" in "".join(erasure.warnings())
    source.deliver(contacts, asked("A", "B", withdrawn="yes"))
    assert source.left == ["A", "B"]


def test_withdrawal_that_is_not_written_as_the_request_was_is_said(source: Source) -> None:
    source.deliver([["A", OWN]], asked(OWN))
    erasure = source.deliver([["A", OWN]], asked("A", withdrawn="yes"))
    assert source.left == [ERASED]
    assert "1 withdrawn requests in erasures took nothing back" in "".join(erasure.warnings())
    erasure = source.deliver([["B", OTHER]], asked("NOBODY", withdrawn="yes"))
    assert "1 withdrawn requests in erasures took nothing back" in "".join(erasure.warnings())
    source.deliver([["A", OWN]], asked(OWN.upper(), withdrawn="yes"))
    assert source.left == ["A"]


def without_requests(warehouse: Path) -> None:
    """Make the memory what it was before it knew requests."""
    file = warehouse.with_suffix(".erased")
    lines = {" ".join(line.split(" ")[:2]) for line in file.read_text().split("\n")}
    file.write_text("\n".join(sorted(lines)))


def test_memory_from_before_it_knew_requests_is_read_and_can_be_taken_back(source: Source) -> None:
    contacts = [["A", OWN], ["B", OWN], ["C", INFO]]
    source.deliver(contacts, asked("A", "C"))
    without_requests(source.warehouse)
    keys = ErasedKeys(source.warehouse)
    assert keys.known("contact_id", ["A", "B", "C", "D"]) == {"A", "B", "C"}
    source.deliver([*contacts, ["D", OWN]])
    assert source.left == [ERASED] * 4
    source.deliver([*contacts, ["D", OWN]], asked("a", withdrawn="yes"))
    assert source.left == ["A", "B", ERASED, "D"]
