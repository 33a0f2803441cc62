"""What stops a build, and what is only said; what is remembered, and in which form."""

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from customer_segments.contracts.contract import Weight
from customer_segments.contracts.outcome import Outcome, Result
from customer_segments.errors import UserError
from customer_segments.inputs.batches import Accepted, Batches, batch_of
from customer_segments.inputs.freshness import freshness
from customer_segments.inputs.layout import Table
from customer_segments.inputs.memory import LastTime, Memory, Oddity, Profile
from customer_segments.inputs.verdict import Verdict, judge

CHECK = "orders: a sentence"
SHARE = Result("a sentence", False, 7, (), Weight.ODD, share=0.3)
STALE = Result("a sentence", False, 1, (), Weight.STALE, subjects=("it ends on 2026-05-01",))
MOVED = Result("a sentence", False, 1, (), Weight.MOVED, subjects=("email_consent true",))
ACCEPTED = {CHECK: Accepted("this", (CHECK,), "anna", "2026-06-30 10:00", "right")}


def verdict(result: Result, last: LastTime, batch: str = "this", accepted: bool = False) -> Verdict:
    return judge([Outcome("input", "orders", (result,))], last, batch, ACCEPTED if accepted else {})


def last_with(*oddities: Oddity, batch: str = "last") -> LastTime:
    return LastTime(Profile(batch, {}, [], oddities))


def became(found: Verdict) -> str:
    groups = {"hard": found.hard, "odd": found.odd, "said": found.said, "passed": found.passed}
    (name,) = [name for name, group in groups.items() if group]
    return name


@pytest.mark.parametrize(
    ("result", "last", "outcome"),
    [
        (Result("a sentence", False, 1, ()), LastTime(), "hard"),
        (SHARE, LastTime(), "said"),
        (STALE, LastTime(), "said"),
        (SHARE, LastTime(lost="it is gone"), "odd"),
        (SHARE, last_with(), "odd"),
        (SHARE, last_with(Oddity("orders: another", 0.3, (), True)), "odd"),
        # As odd as before, or 2 points of a share more.
        (SHARE, last_with(Oddity(CHECK, 0.28, (), False)), "said"),
        (SHARE, last_with(Oddity(CHECK, 0.27, (), False)), "odd"),
        # What moved again is against what was accepted.
        (MOVED, last_with(Oddity(CHECK, 0, MOVED.subjects, True)), "odd"),
        # What is stale gets worse by itself: only who accepts it makes it known.
        (STALE, last_with(Oddity(CHECK, 0, STALE.subjects, False)), "odd"),
        (STALE, last_with(Oddity(CHECK, 0, STALE.subjects, True)), "said"),
        (STALE, last_with(Oddity(CHECK, 0, STALE.subjects, False), batch="this"), "said"),
        (STALE, last_with(Oddity(CHECK, 0, ("it ends on 2026-04-01",), True)), "odd"),
    ],
)
def test_what_is_odd_stops_unless_it_is_known(result: Result, last: LastTime, outcome: str) -> None:
    assert became(verdict(result, last)) == outcome


def test_a_person_lets_pass_what_is_odd_and_never_what_is_wrong() -> None:
    found = verdict(SHARE, last_with(), accepted=True)
    assert became(found) == "passed"
    assert found.oddities == [Oddity(CHECK, 0.3, (), True)]
    hard = Result("a sentence", False, 1, ())
    assert became(verdict(hard, last_with(), accepted=True)) == "hard"


def test_what_was_accepted_stays_known_while_it_lasts() -> None:
    found = verdict(STALE, last_with(Oddity(CHECK, 0, STALE.subjects, True)))
    assert found.oddities == [Oddity(CHECK, 0, STALE.subjects, True)]


# The memory


def test_a_profile_is_read_as_it_was_written_and_is_private(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "warehouse.duckdb")
    assert memory.last_time().is_first
    oddity = Oddity(CHECK, 0.5, ("a", "b"), True)
    memory.keep(
        Profile("batch", {"orders": "2026-06-30"}, [["orders", "rows", "", "", 7]], [oddity])
    )
    read = memory.last_time().profile
    assert read is not None
    assert (read.batch, read.until, read.figure("orders", "rows")) == (
        "batch",
        {"orders": "2026-06-30"},
        7,
    )
    assert [(o.check, list(o.subjects), o.is_accepted) for o in read.oddities] == [
        (CHECK, ["a", "b"], True)
    ]
    assert memory.file.stat().st_mode & 0o777 == 0o600


def test_plain_hashes_of_an_older_version_are_compared_and_go_away(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "warehouse.duckdb")
    plain = hashlib.md5(b"Lausanne").hexdigest()[:12]
    old = {"source": "x", "until": {}, "figures": [["contacts", "common", "city", plain, 0.5]]}
    memory.file.write_text(json.dumps(old))
    read = memory.last_time().profile
    assert read is not None
    assert [row[3] for row in read.figures] == [memory.keyed()(plain)]
    memory.keep(read)
    assert plain not in memory.file.read_text()


def test_the_same_value_has_another_hash_elsewhere(tmp_path: Path) -> None:
    here, there = (Memory(tmp_path / f"{name}.duckdb").keyed() for name in ("here", "there"))
    assert here("Lausanne") == here("Lausanne") != there("Lausanne")


# Batches


def batch(folder: Path, *queries: str) -> str:
    folder.mkdir()
    with duckdb.connect() as connection:
        for number, query in enumerate(queries):
            connection.execute(f"copy ({query}) to '{folder}/t{number}.parquet'")
        return batch_of(connection, folder)


def test_a_batch_is_known_by_its_rows_whatever_their_order(tmp_path: Path) -> None:
    two = "select 1 as a, 'x' as b union all select 2, null"
    one = batch(tmp_path / "1", two)
    assert batch(tmp_path / "2", f"select * from ({two}) order by a desc") == one
    others = [
        batch(tmp_path / "3", f"{two} union all select 2, null"),
        batch(tmp_path / "4", two.replace("2, null", "2, ''")),
        batch(tmp_path / "5", two.replace("'x'", "'X'")),
        batch(tmp_path / "6", "select 0 limit 0", two),
    ]
    assert len({one, *others}) == 5


def test_a_file_of_batches_that_can_not_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "warehouse.batches.json").write_text("{}")
    with pytest.raises(UserError, match="restore it, or remove it"):
        Batches(tmp_path / "warehouse.duckdb").accepted("batch")


# Freshness

EVENTS = Table("events", (), False, {"fresh": {"events": {"by": ["a", "b"], "within_days": 45}}})


def is_stale(rows: str) -> str:
    """Return when events end, as of 30 June 2026, if that is too long ago."""
    (check,) = freshness(EVENTS, date(2026, 6, 30))
    with duckdb.connect() as connection:
        connection.execute(f"create table events as {rows}")
        found = connection.execute(str(check.keys_at_fault)).fetchall()
    return str(found[0][0]) if found else ""


def daily(count: int, last: str, extra: str = "") -> str:
    """Return events, one a day up to a last one."""
    return (
        f"select timestamp '{last} 12:00:00' - to_days(cast(i as int)) as a_read,"
        f" cast(null as timestamp) as b_read from range({count}) as n(i) {extra}"
    )


STRAY = "union all select timestamp '2026-06-30'"
LATELY = daily(2000, "2026-06-29")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # Of a daily source the three newest rows of a year are set aside.
        (daily(2000, "2026-05-19"), ""),
        (daily(2000, "2026-05-18"), "it ends on 2026-05-15"),
        (daily(2000, "2026-03-01", f"{STRAY}, null::timestamp"), "it ends on 2026-02-27"),
        (daily(2000, "2026-03-01", "union all select null, timestamp '2026-06-30'"),
         "it ends on 2026-02-27"),
        # Later dates count for nothing, the later of two columns counts.
        (daily(2000, "2026-03-01", "union all select timestamp '2031-01-01', null from range(500)"),
         "it ends on 2026-02-26"),
        (f"select timestamp '2020-01-01' as a_read, a_read as b_read from ({LATELY})", ""),
        # Nine rows have no bulk.
        (daily(9, "2020-01-01"), ""),
        (daily(10, "2020-01-01"), "it ends on 2019-12-31"),
        # One row in 20 days: the second newest is waited for up to 160 days.
        ("select timestamp '2026-02-20' - to_days(cast(20 * i as int)) as a_read, null::timestamp"
         " as b_read from range(18) as n(i)", ""),
        ("select timestamp '2026-01-20' - to_days(cast(20 * i as int)) as a_read, null::timestamp"
         " as b_read from range(18) as n(i)", "it ends on 2025-12-31"),
    ],
)  # fmt: skip
def test_a_source_is_judged_by_the_bulk_of_its_rows(rows: str, said: str) -> None:
    assert is_stale(rows) == said
