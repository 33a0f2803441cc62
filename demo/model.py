"""The people and what they did, before it is written as text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from .groups import Group
from .places import Place
from .shop import Campaign, Product


def pick(rng: Random, weights: dict[str, float]) -> str:
    """One key, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def clip(value: float, low: float, high: float) -> float:
    """The value, kept between two bounds."""
    return max(low, min(high, value))


@dataclass
class Habits:
    """How a person buys and reads: hidden, the data only shows what it leads to."""

    buyer: bool
    orders_per_day: float  # while they are a customer
    dropout: float  # chance to leave for good after an order
    opens: float
    clicks: float
    hour: float
    fades_at: datetime | None  # opens nothing from then on
    mailbox_dies_at: datetime | None
    prefetches: bool  # the email program opens by itself


@dataclass
class Person:
    """A person: what the contact row says, and the hidden habits behind it."""

    contact_id: str
    group: Group
    place: Place
    created_at: datetime
    gender: str
    first_name: str
    last_name: str
    birth: date | None
    fields: dict[str, str]  # the rest of the contact row
    interests: tuple[str, ...]
    topics: tuple[str, ...]
    max_emails: int | None
    email: str
    consent: str  # "yes", "no" or ""
    consent_at: datetime | None
    employment: str
    habits: Habits
    # What became of them.
    contactable: bool = True
    complained_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    bounced_at: datetime | None = None
    held_out_of: list[Campaign] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """What they pay in."""
        return "CHF" if self.place.country == "CH" else "EUR"


@dataclass
class Line:
    """One line of an order; cents in the order's currency."""

    product: Product
    quantity: int
    cents: int


@dataclass
class Order:
    """An order. The id is given when all orders are known, in order of time."""

    person: Person
    contact_id: str
    at: datetime
    status: str
    lines: list[Line]
    discount: int
    order_id: str = ""

    @property
    def total(self) -> int:
        """What is paid, in cents."""
        return sum(line.quantity * line.cents for line in self.lines) - self.discount


@dataclass
class MailEvent:
    """Something that happened to an email."""

    contact_id: str
    at: datetime
    kind: str
    campaign_id: str
    link: str = ""
    machine: bool = False


@dataclass
class Visit:
    """One event on the website."""

    contact_id: str
    at: datetime
    kind: str
    page: str
    url: str
    session: str
    seconds: int | None


@dataclass
class World:
    """All that happened."""

    people: list[Person]
    orders: list[Order] = field(default_factory=list)
    email: list[MailEvent] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    sessions: int = 0

    def new_session(self) -> str:
        """The id of the next visit to the website."""
        self.sessions += 1
        return f"S{self.sessions:05d}"

    def orders_of(self, people: Iterable[Person]) -> dict[str, list[Order]]:
        """The orders of each of these people, by their first id."""
        found: dict[str, list[Order]] = {p.contact_id: [] for p in people}
        for order in self.orders:
            if order.person.contact_id in found:
                found[order.person.contact_id].append(order)
        return found
