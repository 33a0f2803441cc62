"""The faults of real exports, a few rows of each, planted on purpose.

Each function spoils one thing. `DUPLICATE_LINES` and the like say how many rows;
the tests count them again in the files.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from . import settings
from .clock import iso
from .duplicates import add_duplicates, restyle
from .tables import Row, Tables

DUPLICATE_LINES = {"contacts": 4, "orders": 5, "email_events": 12, "web_events": 6}
SAME_EVENT_ID = 3  # two different email events under one id
BAD_BIRTH_DATES = ("31.02.1985", "unknown", "30/02/1990", "1979-13-04", "00.00.0000")
ODD_BIRTH_DATES = ("1900-01-01", "2031-05-17")  # dates, but hardly true
BAD_EMAILS = (
    "marie.dupont@",
    "n/a",
    "jean.martin@@mail.example",
    "anna keller@mail.example",
    "p.rochat.bluewin.example",
)
ODD_GENDERS = ("x", "Mme", "2")
UNKNOWN_EVENT_TYPES = ("forwarded", "viewed")
ORDERS_WITHOUT_CONTACT = 8
ORDERS_OF_STRANGERS = 5
EMAILS_OF_STRANGERS = 6
# Days after as_of; the last ones come from a clock that was set wrong.
FUTURE_DAYS = (1, 1, 2, 3, 5, 9, 1706, 1842)
# Share of contacts whose created_at came from another tool.
_OTHER_TIMESTAMPS = 0.06


def add_warts(tables: Tables, rng: Random) -> None:
    """Spoil the clean tables."""
    listed = ("segment_members_manual", "erasures")
    spare = {row["contact_id"] for table in listed for row in tables[table]}
    # Somebody who asked to be forgotten stands there under a second id.
    add_duplicates(tables, rng, spare, also=tables["erasures"][0]["contact_id"])
    # People spared from the faults that would make them useless as examples.
    plain = [
        row
        for row in tables["contacts"]
        if row["contact_id"] not in spare and row["contact_id"].startswith("C")
    ]
    _spoil_emails(tables, plain, rng)
    _spoil_dates(tables["contacts"], plain, rng)
    _spoil_texts(tables["contacts"], rng)
    _spoil_orders(tables, rng)
    _spoil_email(tables, rng)
    _spoil_web(tables, rng)
    _add_future(tables, rng)
    _add_bad_contacts(tables)
    for table, number in DUPLICATE_LINES.items():
        for row in rng.sample(tables[table], number):
            tables[table].insert(tables[table].index(row) + 1, dict(row))


def _spoil_emails(tables: Tables, plain: list[Row], rng: Random) -> None:
    """Addresses that are none (of people who got no email), and stray capitals."""
    emailed = {row["contact_id"] for row in tables["email_events"]}
    times = Counter(row["email"].strip().lower() for row in tables["contacts"])
    unmailed = [
        row
        for row in plain
        if row["contact_id"] not in emailed
        and times[row["email"].strip().lower()] == 1  # known, and not a duplicate's
    ]
    for row, email in zip(rng.sample(unmailed, len(BAD_EMAILS)), BAD_EMAILS, strict=True):
        row["email"] = email
    for row in rng.sample([r for r in plain if r["contact_id"] in emailed], 20):
        row["email"] = restyle(row["email"], rng)


def _spoil_dates(contacts: list[Row], plain: list[Row], rng: Random) -> None:
    """Dates as other countries and tools write them, and dates that are none."""
    born = [row for row in contacts if row["birth_date"]]
    day = settings.AS_OF.isoformat()[4:]
    special = {day, "-02-29"}
    styles = ("{d}.{m}.{y}",) * 40 + ("{d}/{m}/{y}",) * 30 + ("{y}-{m}-{d}T00:00:00Z",) * 6
    for row, style in zip(rng.sample(born, len(styles)), styles, strict=True):
        y, m, d = row["birth_date"].split("-")
        row["birth_date"] = style.format(y=y, m=m, d=d)
    bad = (*BAD_BIRTH_DATES, *ODD_BIRTH_DATES)
    usual = [row for row in plain if row["birth_date"][4:] not in special]
    for row, text in zip(rng.sample(usual, len(bad)), bad, strict=True):
        row["birth_date"] = text
    moments = Counter(row["created_at"] for row in contacts)
    for row in contacts:
        # Rows made in the same second stay so: they show how ties are broken.
        if moments[row["created_at"]] == 1 and rng.random() < _OTHER_TIMESTAMPS:
            row["created_at"] = _other_timestamp(row["created_at"], rng)


def _other_timestamp(text: str, rng: Random) -> str:
    """The same moment with an offset or a blank, or the day alone."""
    moment = datetime.fromisoformat(text)
    style = rng.randrange(4)
    if style == 0:
        return (moment + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00")
    if style == 1:
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    if style == 2:
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return moment.date().isoformat()


def _spoil_texts(contacts: list[Row], rng: Random) -> None:
    """Stray blanks and capitals, and codes that the layout does not know."""
    for row in rng.sample([r for r in contacts if r["city"]], 14):
        row["city"] = f" {row['city']} "
    for row in rng.sample(contacts, 10):
        row["first_name"] = f"{row['first_name']}  "
    for row in rng.sample([r for r in contacts if r["landing_page"]], 4):
        row["landing_page"] = f"{row['landing_page'].title()} "
    for row in rng.sample([r for r in contacts if "|" in r["interests"]], 8):
        row["interests"] = row["interests"].replace("|", " | ")
    for row in rng.sample([r for r in contacts if r["gender"]], 24):
        row["gender"] = rng.choice((row["gender"].title(), row["gender"].upper()))
    unknown = [r for r in contacts if not r["gender"]]
    for row, text in zip(rng.sample(unknown, len(ODD_GENDERS)), ODD_GENDERS, strict=True):
        row["gender"] = text


def _spoil_orders(tables: Tables, rng: Random) -> None:
    """No contact, an unknown contact, a negative amount, blanks, lines of no order."""
    # The youngest and the dear ones stay: they carry the demo's stages.
    number = ORDERS_WITHOUT_CONTACT + ORDERS_OF_STRANGERS + 5
    victims = rng.sample(tables["orders"][:-250], number)
    for row in victims[:ORDERS_WITHOUT_CONTACT]:
        row["contact_id"] = ""
    for position, row in enumerate(victims[-ORDERS_OF_STRANGERS:]):
        row["contact_id"] = f"C9{position:04d}"
    padded = victims[ORDERS_WITHOUT_CONTACT:-ORDERS_OF_STRANGERS]
    padded[0]["total_amount"] = f"-{padded[0]['total_amount']}"
    for row in padded[1:]:
        row["contact_id"] = f"{row['contact_id']} "
    for row in rng.sample(tables["order_items"], 2):
        lost = dict(row, order_id="O99999", line_number="1")
        tables["order_items"].append(lost)
    for row in rng.sample(tables["orders"], 12):  # the same moment as with Z
        row["ordered_at"] = row["ordered_at"].replace("Z", "+00:00")
    # Half an hour before and after the last midnight in Zurich.
    for minutes, order_id in ((-30, "O90001"), (30, "O90002")):
        at = settings.END + timedelta(minutes=minutes)
        _order_again(tables, tables["orders"][-1], order_id, at)


def _order_again(tables: Tables, order: Row, order_id: str, at: datetime) -> None:
    """The same order once more, at another time, with its lines."""
    again = dict(order, order_id=order_id, ordered_at=iso(at), status="completed")
    tables["orders"].append(again)
    lines = [r for r in tables["order_items"] if r["order_id"] == order["order_id"]]
    tables["order_items"].extend(dict(line, order_id=order_id) for line in lines)


def _spoil_email(tables: Tables, rng: Random) -> None:
    """Unknown types and contacts, ids used twice for different events."""
    email = tables["email_events"]
    number = len(UNKNOWN_EVENT_TYPES) + EMAILS_OF_STRANGERS
    for position, row in enumerate(rng.sample(email, number)):
        copy = dict(row, event_id=f"E9{position:05d}")
        if position < len(UNKNOWN_EVENT_TYPES):
            copy["event_type"] = UNKNOWN_EVENT_TYPES[position]
        else:
            copy["contact_id"] = f"C9{position:04d}"
        email.append(copy)
    opens = [row for row in email if row["event_type"] == "opened"]
    for row in rng.sample(opens, SAME_EVENT_ID):
        later = datetime.fromisoformat(row["occurred_at"]) + timedelta(minutes=2)
        email.insert(email.index(row) + 1, dict(row, occurred_at=iso(later)))
    for row in rng.sample(email, 5):
        row["campaign_id"] = f" {row['campaign_id']}"
    for row in rng.sample(opens, 6):
        row["event_type"] = row["event_type"].title()


def _spoil_web(tables: Tables, rng: Random) -> None:
    """A type that the layout does not know, and a time on page that is no number."""
    first, second, third = rng.sample(tables["web_events"], 3)
    first["event_type"] = "hover"
    second["seconds_on_page"] = "-5"
    third["contact_id"] = "C98765"


def _add_future(tables: Tables, rng: Random) -> None:
    """Rows dated after as_of, of contacts that exist."""
    known = {row["contact_id"] for row in tables["contacts"]}
    recent = tables["orders"][-900:-100]
    for number, days in enumerate(FUTURE_DAYS, start=1):
        moment = settings.END + timedelta(days=days - rng.random())
        at = iso(moment)
        order = rng.choice([r for r in recent if r["contact_id"] in known])
        _order_again(tables, order, f"O8{number:04d}", moment)
        for position in range(2):
            event = rng.choice(tables["email_events"][-6000:-100])
            name = f"E8{number:04d}{position}"
            tables["email_events"].append(dict(event, event_id=name, occurred_at=at))
        visit = rng.choice(tables["web_events"][-900:])
        tables["web_events"].append(dict(visit, event_id=f"W8{number:04d}", occurred_at=at))


def _add_bad_contacts(tables: Tables) -> None:
    """A row without a key, one whose date is none, and two from the days after."""
    model = dict.fromkeys(tables["contacts"][0], "")
    tomorrow = settings.AS_OF + timedelta(days=1)
    rows = (
        ("", "sans.cle@mail.example", "2026-02-01T10:00:00Z", "Paul"),
        ("C09001", "quand@mail.example", "hier", "Quentin"),
        ("C09002", "demain@mail.example", f"{tomorrow}T08:15:00Z", "Maïté"),
        ("C09003", "plus.tard@mail.example", f"{date(2026, 7, 4)} 09:00:00", "Urs"),
    )
    for contact_id, email, created_at, first_name in rows:
        tables["contacts"].append(
            model
            | {
                "contact_id": contact_id,
                "email": email,
                "created_at": created_at,
                "updated_at": created_at,
                "first_name": first_name,
                "last_name": "Exemple",
                "country": "CH",
                "language": "fr",
            }
        )
