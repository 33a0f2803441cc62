"""What a delivery is compared with survives erasures, folders and refusals; who may let it pass."""

import json
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from customer_segments.errors import UserError
from customer_segments.files import private
from customer_segments.inputs.batches import Batches
from customer_segments.releases.releases import Releases
from tests.python.deliveries import Change, Deliveries, each, rows, write
from tests.python.shared import AFTER_GOOD, FIRST

if TYPE_CHECKING:
    from tests.python.scenarios import Played

GENDERS = each("contacts", lambda row: row.update(gender=row["gender"][:1].upper()))
CONSENT_ALL_TRUE = each(
    "contacts", lambda row: row.update(email_consent="true" if row["email_consent"] else "")
)
ALL_COMPLETED = each("orders", lambda row: row.update(status="completed"))
# Somebody with orders and emails, so that their rows are missing from the past.
ONE_ERASURE = rows(
    "erasures",
    lambda found: [*found, {"contact_id": "C00030", "requested_at": "2026-06-29T10:00:00Z"}],
)
DEFECTIVE = (CONSENT_ALL_TRUE, ALL_COMPLETED, ONE_ERASURE)


def refusal(deliveries: Deliveries, *changes: Change) -> str:
    """Return why the build stops."""
    with pytest.raises(UserError) as stopped:
        deliveries.deliver(*changes)
    return str(stopped.value)


def looks_other_than_last_time(said: str) -> bool:
    """Whether a refusal names what moved, and how a person lets it pass."""
    return (
        "The files look odd: contacts: email_consent " in said
        and "The files look odd: orders: status " in said
        and "make accept BATCH=" in said
    )


# What a first delivery says, and what is accepted after a good one


@pytest.mark.parametrize("played", [FIRST], indirect=True, scope="session")
def test_a_first_delivery_is_built_and_what_looks_odd_is_said(played: "Played") -> None:
    """Genders with other words are seen."""
    assert "What looks odd in the files (a later delivery may stop):" in played.summary
    assert "of the rows break: gender is not female, male or other" in played.summary
    folder = played.deliveries.folder
    modes = {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (*folder.glob("warehouse.*"), *(folder / "warehouse.inputs").rglob("*"))
        if path.suffix != ".lock"
    }
    assert {"warehouse.salt", "warehouse.duckdb", "warehouse.inputs/files.parquet"} <= set(modes)
    folders = {path for path in modes if (folder / path).is_dir()}
    assert {oct(modes.pop(path)) for path in folders} == {"0o700"}
    assert {oct(mode) for mode in modes.values()} == {"0o600"}
    # Readers of the published file are others.
    assert stat.S_IMODE(played.deliveries.places.published.stat().st_mode) & 0o044


def test_after_a_good_one_it_stops_until_a_person_accepts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries = Deliveries(tmp_path)
    deliveries.begin(AFTER_GOOD)
    # The data set is the warehouse's, whatever folder it comes from and however that is named.
    monkeypatch.chdir(tmp_path)
    deliveries.raw = Path("elsewhere")
    deliveries.places = replace(deliveries.places, raw=deliveries.raw)
    said = refusal(deliveries, *DEFECTIVE)
    assert looks_other_than_last_time(said)
    (batch,) = re.findall(r"make accept BATCH=(\w+)", said)
    batches = Batches(deliveries.places.warehouse)
    with pytest.raises(UserError, match="say why"):
        batches.accept(batch, " ")
    with pytest.raises(UserError, match=f"the one that did is {batch}"):
        batches.accept("0123456789ab", "typed wrong")
    with pytest.raises(UserError, match="UNTIL is soon; give a date"):
        batches.accept(batch, "right", "soon")
    said = batches.accept(batch, "every contact\nwas asked again")
    assert "contacts: past value email_consent" in said
    # That is said of this delivery, not of another that is as odd.
    other = each("contacts", lambda row: row.update(first_name=row["first_name"] + "a"))
    assert looks_other_than_last_time(refusal(deliveries, *DEFECTIVE, other))


@pytest.mark.parametrize("played", [AFTER_GOOD], indirect=True, scope="session")
def test_what_was_accepted_is_built_and_the_next_is_compared_with_it(played: "Played") -> None:
    assert "What looks odd in the files and was accepted:" in played.summary
    assert "it is meant" in played.summary
    kept_batches = played.deliveries.folder / "warehouse.batches.json"
    kept = json.loads(kept_batches.read_text())["accepted"]
    assert all(
        entry["batch_id"] and entry["accepted_by"] and entry["accepted_at"] for entry in kept
    )
    release = Releases(played.deliveries.places.published).current()
    assert release is not None
    assert [entry["because"] for entry in release.accepted] == ["it is meant"] * len(kept)
    # The demo as it was is what is odd now.
    said = refusal(played.deliveries)
    assert "make accept BATCH=" in said
    assert "email" in said


def test_after_a_refused_one_it_stops_too(tmp_path: Path) -> None:
    deliveries = Deliveries(tmp_path)
    deliveries.has_good_one()
    said = deliveries.is_refused(*DEFECTIVE)
    # What breaks the contract, nobody can accept.
    assert "The files break their contract: orders: " in said
    assert "most because total_amount is not an amount" in said
    assert "make accept" not in said
    with pytest.raises(UserError, match="there is nothing to accept"):
        Batches(deliveries.places.warehouse).accept("0123456789ab", "it is right")
    assert looks_other_than_last_time(refusal(deliveries, *DEFECTIVE))


# All rejected is not green


def test_a_small_file_of_which_all_rows_are_rejected_stops(tmp_path: Path) -> None:
    deliveries = Deliveries(tmp_path)
    deliveries.begin(FIRST)

    def ten_contacts(folder: Path) -> None:
        for file in folder.glob("*.csv"):
            if file.stem not in ("contacts", "orders", "email_events"):
                file.unlink()
        contacts = [
            {"contact_id": f"C{n}", "email": f"a{n}@example.com", "created_at": "soon"}
            for n in range(10)
        ]
        write(folder, "contacts", contacts)
        for table, column in (("orders", "order_id"), ("email_events", "event_id")):
            header = (folder / f"{table}.csv").read_text().splitlines()[0]
            assert column in header
            (folder / f"{table}.csv").write_text(header + "\n")

    said = refusal(deliveries, ten_contacts)
    assert "10 of the 10 rows of contacts.csv are rejected" in said
    assert "most because created_at is not a date, the first of them in row 1" in said
    assert "Nothing was published" in said


# Readable by its owner only


def test_what_is_made_privately_is_private_from_the_first_byte(tmp_path: Path) -> None:
    with private():
        (tmp_path / "file").write_text("x")
        (tmp_path / "folder").mkdir()
    (tmp_path / "shared").write_text("x")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["file"] == 0o600
    assert modes["folder"] == 0o700
    assert modes["shared"] != 0o600
