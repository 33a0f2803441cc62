"""Events are kept from build to build; whatever arrives in which order, they are those of a build
from nothing.
"""

import csv
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from customer_segments.dbt import run_dbt
from customer_segments.inputs.delivery import load_files
from customer_segments.inputs.loaded import keep_blanked
from customer_segments.people.keys import erased_since
from customer_segments.places import Places
from tests.python.deliveries import parsed

KEPT = ("loaded_email_events", "loaded_web_events")
COMPARED = (
    "main.fct_email_events",
    "main.fct_web_events",
    "main.fct_emails",
    "staging.rejected_rows",
    "staging.source_row_counts",
)
CONTACTS = ("contact_id", "email", "created_at")
EMAIL_EVENTS = ("event_id", "contact_id", "event_type", "occurred_at", "campaign_id")
WEB_EVENTS = ("event_id", "contact_id", "event_type", "occurred_at")
KINDS = ("sent", "delivered", "opened", "clicked", "unsubscribed", "spamreport", "adios", "")
VARIABLES = {"as_of": "2026-06-30", "unknown_refusals": 1000}

Row = dict[str, str]


class Shop:
    """A shop's files, and the warehouse that is built of them again and again."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(
            folder / "raw", folder / "warehouse.duckdb", folder / "published" / "segments.duckdb"
        )
        self.contacts = [
            {"contact_id": f"C{n}", "email": f"c{n}@example.ch", "created_at": "2025-01-01"}
            for n in range(12)
        ]
        self.files: dict[str, list[Row]] = {}
        self.erased: list[str] = []
        self.variables = {**VARIABLES, "loaded_dir": str(self.places.loaded)}
        for command in (["seed"], ["run", "--select", "declared_segments"]):
            run_dbt(command, self.variables, self.places.warehouse, parsed())

    def build(self) -> dict[str, list[tuple[object, ...]]]:
        """Deliver the files, build on what is kept, and return the tables."""
        for name, rows in self.files.items():
            columns = WEB_EVENTS if name.startswith("web") else EMAIL_EVENTS
            self._write(self.places.raw / name, columns, rows)
        for path in self.places.raw.glob("*_events/*.csv"):
            if str(path.relative_to(self.places.raw)) not in self.files:
                path.unlink()
        self._write(self.places.raw / "contacts.csv", CONTACTS, self.contacts)
        erasures = [{"contact_id": contact_id} for contact_id in self.erased]
        self._write(self.places.raw / "erasures.csv", ("contact_id",), erasures)
        load_files(self.places, self.variables)[1].keys.save()
        keep_blanked(self.places.loaded, erased_since(self.places.warehouse))
        self._run("--select", *(f"+{table.split('.')[1]}" for table in COMPARED))
        return self._tables()

    def build_from_nothing(self) -> dict[str, list[tuple[object, ...]]]:
        """Return the tables built of the same files without what is kept."""
        names = [table.split(".")[1] for table in COMPARED]
        between = [f"{kept}+,+{name}" for kept in KEPT for name in names]
        self._run("--full-refresh", "--select", *between)
        return self._tables()

    def _run(self, *options: str) -> None:
        command = ["run", "--exclude", "path:models/declarations", *options]
        run_dbt(command, self.variables, self.places.warehouse, parsed())

    def _tables(self) -> dict[str, list[tuple[object, ...]]]:
        with duckdb.connect(str(self.places.warehouse), read_only=True) as connection:
            return {
                table: connection.execute(f"from {table} order by all").fetchall()
                for table in COMPARED
            }

    @staticmethod
    def _write(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def new_events(shop: Shop, dice: random.Random) -> None:
    """Bring a file of emails and one of visits; some events are late, twice, or of strangers."""
    number = len(shop.files)
    people = [*(row["contact_id"] for row in shop.contacts), "c3", "stranger", "later", ""]

    def event(kinds: tuple[str, ...]) -> Row:
        return {
            "event_id": dice.choice(["", *(f"E{n}" for n in range(60))]),
            "contact_id": dice.choice(people),
            "event_type": dice.choice(kinds),
            "occurred_at": dice.choice(
                ["", "never", *(f"2026-0{n}-15 23:30" for n in range(1, 8))]
            ),
        }

    emails = [{**event(KINDS), "campaign_id": dice.choice(["", "K1", "K2"])} for _ in range(40)]
    shop.files[f"email_events/{dice.choice('abc')}{number}.csv"] = emails
    visits = [event(("page_view", "download", "scroll")) for _ in range(20)]
    shop.files[f"web_events/{dice.choice('abc')}{number}.csv"] = visits


def corrected_file(shop: Shop, dice: random.Random) -> None:
    """Write one file anew, with a row less and another kind of event."""
    rows = shop.files[dice.choice(sorted(shop.files))]
    rows.pop(dice.randrange(len(rows)))
    dice.choice(rows)["event_type"] = "opened"


def same_rows_again(shop: Shop, dice: random.Random) -> None:
    """Bring the rows of one file again under another name, before or after it."""
    name = dice.choice(sorted(shop.files))
    folder, _ = name.split("/")
    shop.files[f"{folder}/{dice.choice('az')}{len(shop.files)}.csv"] = list(shop.files[name])


def file_gone(shop: Shop, dice: random.Random) -> None:
    """Take one file away."""
    del shop.files[dice.choice(sorted(shop.files))]


def renamed_file(shop: Shop, dice: random.Random) -> None:
    """Rename one file, so that it comes after the others."""
    name = dice.choice(sorted(shop.files))
    folder, _ = name.split("/")
    shop.files[f"{folder}/y{len(shop.files)}.csv"] = shop.files.pop(name)


def merge(shop: Shop, dice: random.Random) -> None:
    """Give two contacts one address."""
    one, other = dice.sample(shop.contacts, 2)
    one["email"] = other["email"]


def contact_known_at_last(shop: Shop, dice: random.Random) -> None:
    """Bring a contact of whom events came before."""
    shop.contacts.append(
        {"contact_id": "later", "email": "later@example.ch", "created_at": "2026-01-01"}
    )


def contact_gone(shop: Shop, dice: random.Random) -> None:
    """Leave a contact out."""
    shop.contacts.pop(dice.randrange(len(shop.contacts)))


def erasure(shop: Shop, dice: random.Random) -> None:
    """Erase a contact."""
    shop.erased.append(dice.choice(shop.contacts)["contact_id"])


STEPS: tuple[Callable[[Shop, random.Random], None], ...] = (
    new_events,
    corrected_file,
    same_rows_again,
    file_gone,
    renamed_file,
    merge,
    contact_known_at_last,
    contact_gone,
    erasure,
)


@pytest.mark.parametrize("seed", [1, 2])
def test_events_are_those_of_a_build_from_nothing(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    shop = Shop(tmp_path)
    new_events(shop, dice)
    new_events(shop, dice)
    shop.build()
    steps = dice.sample(STEPS, len(STEPS))
    for number in range(0, len(steps), 3):
        done = steps[number : number + 3]
        for step in done:
            step(shop, dice)
        tables = shop.build()
        assert tables == shop.build_from_nothing(), [step.__name__ for step in done]
    assert all(tables[table] for table in COMPARED)
