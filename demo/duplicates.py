"""People who stand in the export twice, with what they did spread over both ids."""

from datetime import datetime, timedelta
from random import Random

from . import settings
from .clock import iso
from .tables import Row, Tables

# Tables with a contact_id, and the column that says when.
_FACTS = {
    "orders": "ordered_at",
    "email_events": "occurred_at",
    "web_events": "occurred_at",
    "contact_traits": "observed_at",
    "support_cases": "opened_at",
}
# Pairs of groups of fields: the first row keeps one, the second row the other.
_FIELDS = (
    ("phone", "birth_date", "gender"),
    ("city", "region", "postal_code"),
    ("interests", "preferred_topics"),
    ("occupation_group", "job_title"),
)
_SHARED = 0.7  # of the duplicates have orders and events of their own
_EARLIER = 5  # were made before the row with the plain address
_SAME_MOMENT = 2  # were made in the same second: the smaller id decides


def add_duplicates(tables: Tables, rng: Random, spare: set[str], also: str) -> None:
    """Give some contacts a second row (one of them a third), under another id.

    Those in `spare` keep their one row; `also` is sure to get a second.
    """
    contacts = tables["contacts"]
    cutoff = iso(settings.END - timedelta(days=60))
    fit = [
        row
        for row in contacts
        if row["email"] and row["created_at"] < cutoff and row["contact_id"] not in spare
    ]
    buyers = {row["contact_id"] for row in tables["orders"]}
    fit.sort(key=lambda row: (row["contact_id"] not in buyers, row["contact_id"]))
    # Mostly buyers: their orders lie under both ids.
    chosen = rng.sample(fit[: len(buyers) * 3 // 4], settings.DUPLICATES - 6)
    chosen += rng.sample([row for row in fit if row not in chosen], 4)
    chosen += [row for row in contacts if row["contact_id"] == also]
    chosen.append(chosen[0])
    for number, row in enumerate(chosen, start=1):
        twin = _twin(row, number, rng)
        contacts.append(twin)
        if rng.random() < _SHARED:
            _share_facts(tables, row, twin, rng)


def restyle(email: str, rng: Random) -> str:
    """The same address as another form stored it."""
    name, _, domain = email.partition("@")
    styles = (
        email.upper(),
        f" {email}",
        f"{email} ",
        f"{name.title()}@{domain}",
        f"{name}@{domain.title()}",
        f"  {name.title()}@{domain} ",
    )
    return rng.choice(styles)


def _twin(row: Row, number: int, rng: Random) -> Row:
    twin = dict(row, contact_id=f"K{number:04d}", email=restyle(row["email"], rng))
    made = datetime.fromisoformat(row["created_at"])
    if number <= _EARLIER:
        moment = made - timedelta(days=rng.uniform(3, 40))
    elif number <= _EARLIER + _SAME_MOMENT:
        moment = made
    else:
        span = (settings.END - made).total_seconds()
        moment = made + timedelta(seconds=int(span * rng.uniform(0.1, 0.8)))
    twin["created_at"] = iso(moment)
    changed = moment + timedelta(days=rng.uniform(0, 30))
    twin["updated_at"] = iso(min(changed, settings.END - timedelta(minutes=9)))
    twin["acquisition_channel"] = rng.choice(("import", "trade_show", "web_form"))
    twin["landing_page"] = ""
    for fields in _FIELDS:
        loser = row if rng.random() < 0.5 else twin
        loser.update(dict.fromkeys(fields, ""))
    if rng.random() < 0.5:
        twin["last_name"] = twin["last_name"].upper()
    if rng.random() < 0.6:  # the other tool never asked
        twin |= {"email_consent": "", "consent_at": ""}
    return twin


def _share_facts(tables: Tables, row: Row, twin: Row, rng: Random) -> None:
    """From the day of the second row on, half of what happens goes to its id."""
    for table, when in _FACTS.items():
        for fact in tables[table]:
            own = fact["contact_id"] == row["contact_id"]
            if own and fact[when] >= twin["created_at"] and rng.random() < 0.5:
                fact["contact_id"] = twin["contact_id"]
