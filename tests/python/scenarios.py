"""The changes of all topics in one delivery, built once for each time, whose results they share."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import test_scenarios_contracts as contracts
import test_scenarios_erasure as erasure
import test_scenarios_members as members
import test_scenarios_outgoing as outgoing
import test_scenarios_permissions as permissions
import test_scenarios_refusals as refusals

from customer_segments.errors import UserError
from tests.python.deliveries import Change, Deliveries
from tests.python.shared import AFTER_REFUSED, FIRST


@dataclass
class Played:
    """What stood after the deliveries, and before the last of them."""

    time: str
    deliveries: outgoing.Exported
    summary: str = ""
    before: dict[str, str] = field(default_factory=dict)
    after_refused: dict[str, str] = field(default_factory=dict)
    export_after_refused: str = ""


def changes(time: str) -> list[Change]:
    """Return the changes of all topics; what was there before is withdrawn or compared later."""
    if time == FIRST:
        others = [contracts.GENDERS, *refusals.refuse_by_list(), refusals.refuse_by_word()]
    else:
        others = [members.manual_changes(), erasure.WITHDRAWAL]
    return [*erasure.CHANGES, *outgoing.CHANGES, *permissions.changes(), *others]


@cache
def play(time: str, root: Path) -> Played:
    """Bring a warehouse to one of TIMES, then deliver the changes, which somebody accepts."""
    (root / time).mkdir()
    deliveries = outgoing.Exported(root / time)
    played = Played(time, deliveries)
    made = changes(time)
    if time != FIRST:
        deliveries.has_good_one()
        played.before = kept(deliveries)
    if time == AFTER_REFUSED:
        deliveries.is_refused(*made)
        played.after_refused = kept(deliveries)
        # Still published are the segments before, and they grow old as others do.
        with pytest.raises(UserError) as refused:
            deliveries.export("vip", today=date(2026, 7, 3))
        played.export_after_refused = str(refused.value)
        assert not deliveries.audiences.exists()
    played.summary = deliveries.deliver_odd(*made)
    return played


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
