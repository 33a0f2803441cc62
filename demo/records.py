"""Traits, support cases and the lists that people keep by hand."""

from datetime import datetime, timedelta
from random import Random

from . import settings
from .clock import iso
from .model import Order, Person, World, pick
from .tables import Row

# Values and attitudes: the chance to be known, and the weights of the answers,
# by group where the group leans to one side.
_ATTITUDES: dict[str, tuple[float, dict[str, float]]] = {
    "value_ecology": (0.45, {"high": 35.0, "medium": 40.0, "low": 25.0}),
    "value_health": (0.35, {"high": 40.0, "medium": 40.0, "low": 20.0}),
    "value_price": (0.30, {"high": 25.0, "medium": 45.0, "low": 30.0}),
}
_LEANINGS = {
    ("wellbeing_women", "value_health"): "high",
    ("wellbeing_women", "value_ecology"): "high",
    ("home_families", "value_ecology"): "high",
    ("sporty_young", "value_health"): "high",
    ("bargain_hunters", "value_price"): "high",
    ("business_buyers", "value_price"): "low",
}
_CASE_TOPICS = {
    "delivery": 38.0,
    "return": 22.0,
    "product_question": 20.0,
    "invoice": 12.0,
    "newsletter": 8.0,
}
_STAFF = ("c.dubois", "m.keller", "s.rochat")


def trait_rows(world: World, rng: Random) -> list[Row]:
    """Survey answers, attitudes, products in use and control groups."""
    rows: list[Row] = []

    def add(person: Person, trait: str, value: str, at: datetime) -> None:
        if at < settings.END:
            row = {"contact_id": person.contact_id, "trait": trait, "value": value}
            rows.append(row | {"observed_at": iso(at)})

    orders = world.orders_of(world.people)
    for person in world.people:
        survey = person.created_at + timedelta(days=rng.uniform(0.1, 120))
        if rng.random() < 0.60 or person.employment == "job_seeker":
            if rng.random() < 0.05:  # an older answer that no longer holds
                before = person.created_at + timedelta(minutes=30)
                add(person, "employment_status", "student", before)
                survey = max(survey, before + timedelta(days=1))
            asked = min(survey, settings.END - timedelta(hours=5))
            add(person, "employment_status", person.employment, asked)
        for trait, (known, answers) in _ATTITUDES.items():
            if rng.random() < known:
                leaning = _LEANINGS.get((person.group.name, trait), "")
                value = leaning if leaning and rng.random() < 0.7 else pick(rng, answers)
                add(person, trait, value, survey)
        if rng.random() < 0.22:
            for hobby in rng.sample(person.group.interests, rng.choice((1, 2))):
                add(person, "hobby", hobby, survey)
        if rng.random() < 0.12:
            home = pick(rng, {"flat": 60.0, "house": 40.0})
            add(person, "household", home, survey)
        for order in orders[person.contact_id][-4:]:
            if order.status == "completed" and rng.random() < 0.22:
                product = rng.choice(order.lines).product
                used = order.at + timedelta(days=rng.uniform(8, 30))
                add(person, "product_in_use", product.name, used)
        if orders[person.contact_id] and rng.random() < 0.12:
            score = str(rng.choice((3, 6, 7, 8, 8, 9, 9, 10)))
            last = orders[person.contact_id][-1]
            add(person, "recommendation_score", score, last.at + timedelta(days=24))
        for campaign in person.held_out_of:
            day_before = campaign.sent_at - timedelta(days=1)
            add(person, "hold_out", campaign.campaign_id, day_before)
    return sorted(rows, key=lambda r: (r["observed_at"], r["contact_id"], r["trait"]))


def support_rows(world: World, rng: Random) -> list[Row]:
    """Cases, mostly some days after an order; the youngest are still open."""
    cases: list[tuple[datetime, datetime | None, str, str]] = []

    def add(contact_id: str, opened: datetime, topic: str) -> None:
        closed = opened + timedelta(hours=rng.uniform(2, 24 * 9))
        if opened < settings.END:
            is_open = closed >= settings.END or rng.random() < 0.02
            cases.append((opened, None if is_open else closed, contact_id, topic))

    for order in world.orders:
        recent = settings.END - order.at < timedelta(days=45)
        refunded = order.status == "refunded"
        if rng.random() < (0.5 if refunded else 0.09 if recent else 0.03):
            opened = order.at + timedelta(days=rng.uniform(1, 14))
            topic = "return" if refunded else pick(rng, _CASE_TOPICS)
            add(order.contact_id, opened, topic)
    for person in world.people:
        if rng.random() < 0.02:
            opened = person.created_at + timedelta(days=rng.uniform(1, 200))
            add(
                person.contact_id,
                opened,
                rng.choice(("product_question", "newsletter")),
            )
    cases.sort(key=lambda case: (case[0], case[2]))
    return [
        {
            "case_id": f"SC{number:04d}",
            "contact_id": contact_id,
            "opened_at": iso(opened),
            "closed_at": iso(closed) if closed else "",
            "topic": topic,
        }
        for number, (opened, closed, contact_id, topic) in enumerate(cases, start=1)
    ]


def _spent(orders: list[Order]) -> int:
    return sum(order.total for order in orders if order.status == "completed")


def manual_rows(world: World, rng: Random) -> list[Row]:
    """Members that somebody added to a segment or took out, with the reason."""
    orders = world.orders_of(world.people)
    ranked = sorted(world.people, key=lambda p: (-_spent(orders[p.contact_id]), p.contact_id))
    strangers = [p for p in world.people if not orders[p.contact_id]]
    friends = [p for p in world.people if p.fields["relationship"] == "friend"]
    press, jury, returner, mistaken = rng.sample(strangers, 4)
    neighbours = rng.sample([p for p in world.people if p not in friends], 3)
    changes = (
        ("vip", press, "add", "2025-03-04T09:12:00Z", "journalist who writes about us"),
        ("vip", jury, "add", "2025-06-18T13:40:00Z", "member of a design jury"),
        ("vip", ranked[0], "remove", "2025-09-02T08:05:00Z", "asked for no favours"),
        ("vip", ranked[1], "remove", "2025-10-06T08:20:00Z", "reseller, not a client"),
        (
            "vip",
            ranked[1],
            "add",
            "2026-01-15T10:00:00Z",
            "reseller contract has ended",
        ),
        ("vip", returner, "add", "2025-05-20T15:31:00Z", "invited by the founder"),
        ("vip", returner, "remove", "2025-11-11T07:45:00Z", "moved abroad"),
        ("vip", returner, "add", "2026-04-27T09:03:00Z", "is back"),
        ("vip", mistaken, "add", "2026-02-03T09:00:00Z", "typed the wrong name"),
        ("vip", mistaken, "remove", "2026-02-03T09:04:00Z", "typed the wrong name"),
        ("vip", ranked[40], "add", "2026-05-05T12:00:00Z", "gave us three new clients"),
        ("vip", ranked[2], "remove", "2026-06-30T21:15:00Z", "late on the last day"),
        ("vip", ranked[60], "add", "2026-07-02T08:00:00Z", "only after the demo's end"),
        ("friends", neighbours[0], "add", "2024-11-05T18:22:00Z", "neighbour"),
        ("friends", neighbours[1], "add", "2025-01-09T10:10:00Z", "yoga teacher"),
        ("friends", neighbours[2], "add", "2025-08-21T16:00:00Z", "school friend"),
        (
            "friends",
            friends[0],
            "remove",
            "2025-12-01T11:11:00Z",
            "prefers to be a client",
        ),
        ("friends", friends[1], "remove", "2026-01-20T09:30:00Z", "by mistake"),
        ("friends", friends[1], "add", "2026-01-20T09:32:00Z", "by mistake"),
    )
    rows = [
        {
            "segment": segment,
            "contact_id": person.contact_id,
            "action": action,
            "changed_at": at,
            "changed_by": _STAFF[number % len(_STAFF)],
            "reason": reason,
        }
        for number, (segment, person, action, at, reason) in enumerate(changes)
    ]
    rows.append(dict(rows[0], contact_id="C99999", reason="no such contact"))
    return rows


def suppression_rows(world: World, rng: Random) -> list[Row]:
    """Addresses not to be emailed: complaints, dead mailboxes, and some by letter."""
    rows: list[Row] = []

    def add(email: str, reason: str, at: datetime) -> None:
        styled = (email, email.upper(), email.title(), f" {email}")
        chosen = rng.choices(styled, (60, 15, 20, 5))[0]
        rows.append({"email": chosen, "reason": reason, "suppressed_at": iso(at)})

    for person in world.people:
        if person.complained_at and person.complained_at < settings.END:
            add(person.email, "complaint", person.complained_at + timedelta(hours=1))
    bounced = [(p.email, p.bounced_at) for p in world.people if p.bounced_at]
    for email, at in rng.sample([b for b in bounced if b[1] < settings.END], 6):
        add(email, "hard_bounce", at + timedelta(hours=1))
    for number in range(4):  # addresses that no contact has
        at = settings.END - timedelta(days=40 * number + 12)
        add(f"ne-pas-ecrire{number + 1}@example.org", "legal", at)
    emailed = [p for p in world.people if p.email and p.consent == "yes" and p.contactable]
    while len(rows) < settings.SUPPRESSIONS:
        person = emailed.pop(rng.randrange(len(emailed)))
        at = settings.END - timedelta(days=rng.uniform(1, 20))
        if person.created_at < at:
            add(person.email, "asked_by_letter", at)
    return sorted(rows, key=lambda r: (r["suppressed_at"], r["email"]))


def erasure_rows(world: World, rng: Random) -> list[Row]:
    """Three people asked to be forgotten: two clients and a prospect."""
    orders = world.orders_of(world.people)
    known_for = {p.contact_id: settings.END - p.created_at for p in world.people}
    old = [p for p in world.people if p.email and known_for[p.contact_id].days > 200]
    clients = [p for p in old if 1 <= len(orders[p.contact_id]) <= 4]
    prospects = [p for p in old if not orders[p.contact_id]]
    people = [*rng.sample(clients, 2), rng.choice(prospects)]
    moments = ("2026-03-18T09:20:00Z", "2026-06-12T14:05:00Z", "2026-06-29T16:48:00Z")
    return [
        {"contact_id": person.contact_id, "requested_at": at}
        for person, at in zip(people, moments, strict=True)
    ]
