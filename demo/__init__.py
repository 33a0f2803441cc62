"""Demo data: a French and Swiss shop with a magazine, guides and two side lines.

`write_demo_data` writes the same bytes each time. How to change them:

- `settings.py`: dates, sizes, rates that hold for everybody;
- `groups.py`: the planted groups, one table of parameters;
- `shop.py`: products, guides, newsletters, sequences; `places.py`, `names.py`;
- `people.py` makes the people, `timeline.py` and `emails.py` play their lives with
  the shop, `web.py` their visits, `records.py` traits, cases and manual lists;
- `export.py` turns all that into clean rows, `warts.py` and `duplicates.py` spoil
  some of them as real exports are defective, `tables.py` writes them.
"""

from pathlib import Path
from random import Random

from . import export, records, settings
from .model import World
from .people import make_people
from .tables import COLUMNS, Tables, write
from .timeline import Timeline
from .warts import add_warts
from .web import Browser

__all__ = ["demo_tables", "planted_groups", "write_demo_data"]


def _stream(purpose: str) -> Random:
    """A random stream of its own; text seeds do not depend on hash order."""
    return Random(f"{settings.SEED} {purpose}")


def planted_groups() -> dict[str, str]:
    """Which group each contact was planted in: what a clustering ought to find."""
    people = make_people(_stream("people"))
    return {person.contact_id: person.group.name for person in people}


def demo_tables() -> Tables:
    """All tables of the demo, as rows of text."""
    world = World(make_people(_stream("people")))
    Timeline(world, settings.SEED).play()
    export.number_orders(world)
    Browser(world, settings.SEED).browse()
    tables: Tables = {
        "contacts": export.contact_rows(world, _stream("contacts")),
        "contact_traits": records.trait_rows(world, _stream("traits")),
        "orders": export.order_rows(world, _stream("orders")),
        "order_items": export.item_rows(world),
        "email_events": export.email_rows(world, _stream("email")),
        "campaigns": export.campaign_rows(),
        "web_events": export.visit_rows(world),
        "support_cases": records.support_rows(world, _stream("support")),
        "segment_members_manual": records.manual_rows(world, _stream("manual")),
        "suppressions": records.suppression_rows(world, _stream("suppressions")),
        "erasures": records.erasure_rows(world, _stream("erasures")),
    }
    add_warts(tables, _stream("warts"))
    return tables


def write_demo_data(folder: Path) -> None:
    """Write one CSV file a table into the folder, made where it is missing."""
    tables = demo_tables()
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        write(folder / f"{table}.csv", columns, tables[table])
