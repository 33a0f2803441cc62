"""From people and happenings to rows of text, clean as yet."""

from datetime import datetime, timedelta
from random import Random

from . import settings
from .clock import iso
from .model import Order, Person, World, pick
from .shop import NEWSLETTERS, Campaign, sequences
from .tables import Row

# People and tools write booleans in many ways; all of these are in the layout.
_YES = {"true": 52.0, "yes": 12.0, "oui": 15.0, "1": 12.0, "TRUE": 5.0, "Oui": 4.0}
_NO = {"false": 52.0, "no": 14.0, "non": 16.0, "0": 12.0, "FALSE": 6.0}
_MACHINE_YES = {"true": 94.0, "1": 3.0, "oui": 1.5, "yes": 1.5}
_MACHINE_NO = {"false": 88.0, "": 9.0, "0": 1.5, "non": 1.5}


def money(cents: int) -> str:
    """Cents as a decimal number with two places."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def contact_rows(world: World, rng: Random) -> list[Row]:
    """One row a person."""
    orders = world.orders_of(world.people)
    return [_contact(p, orders[p.contact_id], rng) for p in world.people]


def _contact(person: Person, orders: list[Order], rng: Random) -> Row:
    consent, consent_at = person.consent, person.consent_at
    left = person.unsubscribed_at
    # The email tool tells the shop that somebody left, but not every time.
    if left and left < settings.END and rng.random() < 0.9:
        consent, consent_at = "no", left
    spelling = {"yes": _YES, "no": _NO}.get(consent)
    return {
        **person.fields,
        "contact_id": person.contact_id,
        "email": person.email,
        "created_at": iso(person.created_at),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "gender": person.gender,
        "birth_date": person.birth.isoformat() if person.birth else "",
        "lead_status": _lead_status(person, orders, rng),
        "interests": "|".join(person.interests),
        "preferred_topics": "|".join(person.topics),
        "max_emails_per_month": str(person.max_emails or ""),
        "email_consent": pick(rng, spelling) if spelling else "",
        "consent_at": iso(consent_at) if consent_at else "",
        "updated_at": iso(_updated_at(person, consent_at, rng)),
    }


def _updated_at(person: Person, changed: datetime | None, rng: Random) -> datetime:
    first = max(person.created_at, changed or person.created_at)
    if rng.random() < 0.2:
        return first
    span = (settings.END - first).total_seconds()
    return first + timedelta(seconds=int(rng.random() * span))


def _lead_status(person: Person, orders: list[Order], rng: Random) -> str:
    known = (settings.END - person.created_at).days
    if orders:
        gone = (settings.END - orders[-1].at).days > 365
        return "inactive" if gone else pick(rng, {"qualified": 60.0, "": 40.0})
    if known < 120:
        return pick(rng, {"new": 85.0, "qualified": 15.0})
    return pick(rng, {"inactive": 40.0, "qualified": 25.0, "new": 15.0, "": 20.0})


def number_orders(world: World) -> None:
    """Put the orders in order of time and give them their ids."""
    world.orders = [order for order in world.orders if order.at < settings.END]
    world.orders.sort(key=lambda order: (order.at, order.contact_id))
    for number, order in enumerate(world.orders, start=1):
        order.order_id = f"O{number:05d}"


def order_rows(world: World, rng: Random) -> list[Row]:
    """One row an order; now and then the usual status or currency is left out."""
    rows = []
    for order in world.orders:
        completed = order.status == "completed"
        plain = completed and rng.random() < 0.01
        in_francs = order.person.currency == "CHF"
        unsaid = in_francs and rng.random() < 0.005
        rows.append(
            {
                "order_id": order.order_id,
                "contact_id": order.contact_id,
                "ordered_at": iso(order.at),
                "total_amount": money(order.total),
                "status": "" if plain else order.status,
                "currency": "" if unsaid else order.person.currency,
                "discount_amount": money(order.discount) if order.discount else "",
            }
        )
    return rows


def item_rows(world: World) -> list[Row]:
    """One row a line of an order."""
    return [
        {
            "order_id": order.order_id,
            "line_number": str(number),
            "product_id": line.product.product_id,
            "product_name": line.product.name,
            "category": line.product.category,
            "quantity": str(line.quantity),
            "unit_price": money(line.cents),
        }
        for order in world.orders
        for number, line in enumerate(order.lines, start=1)
    ]


def email_rows(world: World, rng: Random) -> list[Row]:
    """One row an event, in order of time."""
    rows = []
    seen = [event for event in world.email if event.at < settings.END]
    seen.sort(key=lambda e: (e.at, e.contact_id, e.campaign_id, e.kind))
    for number, event in enumerate(seen, start=1):
        machine = ""
        if event.kind == "opened":
            machine = pick(rng, _MACHINE_YES if event.machine else _MACHINE_NO)
        rows.append(
            {
                "event_id": f"E{number:06d}",
                "contact_id": event.contact_id,
                "event_type": event.kind,
                "occurred_at": iso(event.at),
                "campaign_id": event.campaign_id,
                "link_url": event.link,
                "is_machine_open": machine,
            }
        )
    return rows


def visit_rows(world: World) -> list[Row]:
    """One row a web event, in order of time."""
    seen = [visit for visit in world.visits if visit.at < settings.END]
    seen.sort(key=lambda v: (v.at, v.contact_id, v.kind, v.url))
    return [
        {
            "event_id": f"W{number:05d}",
            "contact_id": visit.contact_id,
            "occurred_at": iso(visit.at),
            "event_type": visit.kind,
            "page_type": visit.page,
            "page_url": visit.url,
            "session_id": visit.session,
            "seconds_on_page": "" if visit.seconds is None else str(visit.seconds),
        }
        for number, visit in enumerate(seen, start=1)
    ]


def campaign_rows() -> list[Row]:
    """Newsletters and the steps of the sequences."""
    steps = [s for all_ in sequences(settings.SEQUENCE_STARTS).values() for s in all_]
    return [_campaign(campaign) for campaign in (*NEWSLETTERS, *steps)]


def _campaign(campaign: Campaign) -> Row:
    return {
        "campaign_id": campaign.campaign_id,
        "name": campaign.name,
        "topic": campaign.topic,
        "channel": "email",
        "offer": campaign.offer,
        "sequence": campaign.sequence,
        "sequence_step": str(campaign.step or ""),
        "sent_at": iso(campaign.sent_at),
    }
