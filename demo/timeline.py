"""The life of each person with the shop, moment by moment.

Orders follow the BG/NBD model: while somebody is a customer, orders come at the
person's own rate; after each order they may leave for good. Emails follow what
happened (a sign-up, an order, a birthday, a long silence), and an email that is
read can lead to an order.
"""

import heapq
from datetime import datetime, timedelta
from itertools import count
from random import Random

from . import settings
from .clock import add_months, at_local_hour, birthday_in, local_date
from .emails import Mailer
from .model import Line, Order, Person, World, clip, pick
from .shop import BY_CATEGORY, NEWSLETTERS, Campaign, sequences

# Delay of each step from its trigger.
WELCOME = (timedelta(0), timedelta(days=3), timedelta(days=10))
AFTER_PURCHASE = (
    timedelta(0),
    timedelta(hours=48),
    timedelta(weeks=1),
    timedelta(weeks=3),
)
WIN_BACK_MONTHS = (2, 6, 12)

# Months in which half of all orders carry a discount: sales and Black Friday.
_SALES = {1, 7, 11}
_MIN_GAP = timedelta(hours=3)  # between two orders of a person


class Timeline:
    """Plays the people's lives into the world."""

    def __init__(self, world: World, seed: str) -> None:
        self._world = world
        self._seed = seed
        self._sequences = sequences(settings.SEQUENCE_STARTS)

    def play(self) -> None:
        """Each person has a random stream of their own."""
        for person in self._world.people:
            Life(person, self._world, self._sequences, self._seed).play()


class Life:
    """One person's future, as a heap of things to come."""

    def __init__(
        self,
        person: Person,
        world: World,
        steps: dict[str, tuple[Campaign, ...]],
        seed: str,
    ) -> None:
        self._person = person
        self._world = world
        self._steps = steps
        self._rng = Random(f"{seed} life {person.contact_id}")
        self._mailer = Mailer(world, self._rng)
        self._serial = count()
        # (moment, serial, what, the order or newsletter it follows from)
        self._future: list[tuple[datetime, int, str, int]] = []
        self._orders: list[Order] = []  # completed ones
        self._last_order: datetime | None = None
        self._newsletter_days: list[datetime] = []

    def play(self) -> None:
        """From the first contact to the last day of the demo."""
        self._expect_newsletters()
        self._expect_sequence("welcome", self._consented(), WELCOME, 0)
        self._expect_birthdays()
        if self._person.habits.buyer:
            self._expect(self._first_order(), "order", 0)
        while self._future:
            moment, _, what, number = heapq.heappop(self._future)
            if moment >= settings.END:
                break
            kind, _, step = what.partition(" ")
            if kind == "order":
                self._order(moment, natural=step != "extra")
            elif kind == "newsletter":
                self._newsletter(moment, NEWSLETTERS[number])
            else:
                self._step(moment, self._steps[kind][int(step) - 1], number)

    # What is to come.

    def _expect(self, moment: datetime, what: str, number: int) -> None:
        heapq.heappush(self._future, (moment, next(self._serial), what, number))

    def _consented(self) -> datetime | None:
        return self._person.consent_at if self._person.consent == "yes" else None

    def _expect_newsletters(self) -> None:
        rng, person = self._rng, self._person
        for number, campaign in enumerate(NEWSLETTERS):
            if campaign.topic in person.topics:
                chosen = rng.random() < 0.95
            elif campaign.topic in person.group.topics or not campaign.topic:
                chosen = rng.random() < 0.85
            else:
                chosen = rng.random() < 0.26
            if chosen:
                wait = timedelta(seconds=rng.randrange(2400))
                self._expect(campaign.sent_at + wait, "newsletter", number)

    def _expect_sequence(
        self,
        sequence: str,
        trigger: datetime | None,
        delays: tuple[timedelta, ...],
        number: int,
    ) -> None:
        rng = self._rng
        late = trigger is None or trigger < settings.SEQUENCE_STARTS[sequence]
        if trigger is None or late or rng.random() < settings.RUN_MISSING_RATE:
            return
        for step, delay in enumerate(delays, start=1):
            if rng.random() >= settings.STEP_MISSING_RATE:
                wait = timedelta(seconds=rng.randrange(20, 2400))
                self._expect(trigger + delay + wait, f"{sequence} {step}", number)

    def _expect_birthdays(self) -> None:
        birth = self._person.birth
        if birth is None:
            return
        start = settings.SEQUENCE_STARTS["birthday"]
        for year in range(start.year, settings.END.year + 1):
            morning = at_local_hour(birthday_in(birth, year), 8)
            # The last day's run stopped halfway: some birthday emails are still due.
            sent = 0.5 if birthday_in(birth, year) == settings.AS_OF else 0.8
            if morning >= start and self._rng.random() < sent:
                wait = timedelta(seconds=self._rng.randrange(1200))
                self._expect(morning + wait, "birthday 1", 0)

    def _first_order(self) -> datetime:
        rng, created = self._rng, self._person.created_at
        if rng.random() < 0.4:  # signed up in order to buy
            return created + timedelta(minutes=rng.uniform(3, 50))
        return self._own_hour(created + timedelta(days=rng.expovariate(1 / 40)))

    def _own_hour(self, moment: datetime) -> datetime:
        """The moment, moved to the person's hour and kind of day."""
        rng, group = self._rng, self._person.group
        day = local_date(moment)
        if rng.random() < group.weekend and day.weekday() < 5:
            day += timedelta(days=rng.choice((5, 6)) - day.weekday())
        if group.weekend == 0 and day.weekday() > 4:
            day += timedelta(days=7 - day.weekday())
        hour = clip(rng.gauss(self._person.habits.hour, 1.6), 5.2, 23.8)
        own = at_local_hour(day, hour)
        return own if own > moment else moment + timedelta(minutes=rng.uniform(5, 90))

    # What happens.

    def _order(self, moment: datetime, natural: bool) -> None:
        rng, person = self._rng, self._person
        if self._last_order and moment < self._last_order + _MIN_GAP:
            moment = self._last_order + _MIN_GAP
        self._last_order = moment
        status = self._status(moment)
        order = Order(person, person.contact_id, moment, status, self._lines(), 0)
        order.discount = self._discount(order, natural)
        self._world.orders.append(order)
        if natural and rng.random() >= person.habits.dropout:
            wait = timedelta(days=0.2 + rng.expovariate(person.habits.orders_per_day))
            self._expect(self._own_hour(moment + wait), "order", 0)
        if status != "completed":
            return
        self._orders.append(order)
        number = len(self._orders)
        self._expect_sequence("after_purchase", moment, AFTER_PURCHASE, number)
        for step, months in enumerate(WIN_BACK_MONTHS, start=1):
            day = add_months(local_date(moment), months)
            morning = at_local_hour(day, 9 + rng.random())
            if morning >= settings.SEQUENCE_STARTS["win_back"]:
                self._expect(morning, f"win_back {step}", number)

    def _status(self, moment: datetime) -> str:
        """Most orders go through; those of the last days may still be pending."""
        draw = self._rng.random()
        if settings.END - moment < timedelta(days=8) and draw < 0.15:
            return "pending"
        if draw < 0.035:
            return "refunded"
        if draw < 0.065:
            return "cancelled"
        return "pending" if draw < 0.069 else "completed"

    def _lines(self) -> list[Line]:
        rng, group = self._rng, self._person.group
        wanted = 1
        while rng.random() < 1 - 1 / group.lines and wanted < 8:
            wanted += 1
        lines: dict[str, Line] = {}
        for _ in range(wanted):
            products = BY_CATEGORY[pick(rng, group.tastes)]
            weights = [(p.cents / 4000) ** group.dear for p in products]
            product = rng.choices(products, weights)[0]
            quantity = rng.randint(*group.units) if rng.random() < 0.4 else group.units[0]
            price = product.price(self._person.currency)
            lines.setdefault(product.product_id, Line(product, quantity, price))
        return list(lines.values())

    def _discount(self, order: Order, natural: bool) -> int:
        rng = self._rng
        chance = self._person.group.discounts
        if local_date(order.at).month in _SALES:
            chance = max(chance, 0.5)
        if natural and rng.random() >= chance:
            return 0
        percent = rng.choice((10, 15, 20, 25))
        return order.total * percent // 100

    def _newsletter(self, moment: datetime, campaign: Campaign) -> None:
        """Sent unless the contact's own limit is reached, or they are a control."""
        person, rng = self._person, self._rng
        month_ago = moment - timedelta(days=30)
        recent = sum(day > month_ago for day in self._newsletter_days)
        full = person.max_emails is not None and recent >= person.max_emails
        if not self._may_email(moment) or full:
            return
        if campaign.hold_out and rng.random() < settings.HOLD_OUT_SHARE:
            person.held_out_of.append(campaign)
            return
        self._newsletter_days.append(moment)
        self._send(moment, campaign)

    def _step(self, moment: datetime, campaign: Campaign, number: int) -> None:
        """A sequence's message; none to those who bought again before a win-back."""
        missed = False
        if campaign.sequence == "win_back":
            bought_again = number != len(self._orders)
            missed = bought_again or self._rng.random() < 0.08
        if not missed and self._may_email(moment):
            self._send(moment, campaign)

    def _may_email(self, moment: datetime) -> bool:
        consented = self._consented()
        return self._person.contactable and consented is not None and consented <= moment

    def _send(self, moment: datetime, campaign: Campaign) -> None:
        opened, clicked = self._mailer.send(self._person, campaign, moment)
        rng, hold_out = self._rng, campaign.hold_out
        chance, since = 0.0, clicked or opened
        if clicked:
            chance = settings.ORDER_AFTER_CLICK
            chance = settings.HOLD_OUT_ORDER_AFTER_CLICK if hold_out else chance
        elif opened and hold_out:
            chance = settings.HOLD_OUT_ORDER_AFTER_OPEN
        if since and self._person.habits.buyer and rng.random() < chance:
            # Soon, and within the week.
            wait = timedelta(days=clip(rng.expovariate(1 / 1.2), 0.01, 6.5))
            self._expect(since + wait, "order extra", 0)
