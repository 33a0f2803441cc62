"""What happens to one email: delivered, opened, clicked, or worse."""

from datetime import datetime, timedelta
from random import Random

from . import settings
from .clock import at_local_hour, local_date
from .model import MailEvent, Person, Visit, World, clip
from .shop import BY_CATEGORY, DEMO_URL, GUIDES, Campaign, article_url, guide_url

# How much more or less an email is opened and clicked by what it is about.
_TOPIC_MATCH = 1.3
_NO_MATCH = 0.65
_SEQUENCE_PULL = 1.15
# Links that an email offers, and how much they are clicked.
_LINKS = {"product": 50.0, "guide": 22.0, "article": 20.0, "demo": 8.0}


class Mailer:
    """Sends emails and lets people react."""

    def __init__(self, world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng

    def send(
        self, person: Person, campaign: Campaign, at: datetime
    ) -> tuple[datetime | None, datetime | None]:
        """Send one email; returns when it was first opened and clicked, if ever."""
        rng = self._rng
        self._note(person, at, "sent", campaign)
        dead = person.habits.mailbox_dies_at
        if dead and at >= dead:
            person.contactable = False
            person.bounced_at = at + timedelta(seconds=rng.randrange(5, 90))
            self._note(person, person.bounced_at, "bounced", campaign)
            return None, None
        if rng.random() < settings.SOFT_BOUNCE_RATE:
            later = at + timedelta(hours=rng.randrange(1, 48))
            self._note(person, later, "bounced", campaign)
            return None, None
        delivered = at + timedelta(seconds=rng.randrange(2, 45))
        self._note(person, delivered, "delivered", campaign)
        self._open_by_machine(person, campaign, delivered)
        if rng.random() < settings.COMPLAINT_RATE:
            person.complained_at = delivered + timedelta(hours=rng.randrange(1, 30))
            self._note(person, person.complained_at, "complained", campaign)
            person.contactable = False
        return self._react(person, campaign, delivered)

    def _note(
        self,
        person: Person,
        at: datetime,
        kind: str,
        campaign: Campaign,
        link: str = "",
        machine: bool = False,
    ) -> None:
        event = MailEvent(person.contact_id, at, kind, campaign.campaign_id, link, machine)
        self._world.email.append(event)

    def _open_by_machine(self, person: Person, campaign: Campaign, delivered: datetime) -> None:
        rng = self._rng
        filtered = person.email.endswith("@" + settings.FILTERED_DOMAIN)
        prefetched = person.habits.prefetches and rng.random() < settings.PREFETCH_RATE
        if filtered or prefetched:
            at = delivered + timedelta(seconds=rng.randrange(1, 7))
            self._note(person, at, "opened", campaign, machine=True)

    def _react(
        self, person: Person, campaign: Campaign, delivered: datetime
    ) -> tuple[datetime | None, datetime | None]:
        rng, habits = self._rng, person.habits
        match = _interest(person, campaign)
        faded = habits.fades_at is not None and delivered >= habits.fades_at
        ceiling = 0.97 if habits.opens > 0.9 else 0.9
        opens = 0.0 if faded else clip(habits.opens * match, 0, ceiling)
        if habits.opens > 0.9 and not faded:
            opens = max(opens, 0.9)
        if rng.random() >= opens:
            return None, None
        opened = self._reading_time(person, delivered)
        self._note(person, opened, "opened", campaign)
        while rng.random() < 0.18:  # read again
            again = opened + timedelta(minutes=rng.expovariate(1 / 600))
            self._note(person, again, "opened", campaign)
        clicked = None
        if rng.random() < clip(habits.clicks * match, 0, 0.9):
            clicked = opened + timedelta(seconds=rng.randrange(8, 400))
            self._click(person, campaign, clicked)
            if rng.random() < 0.18:
                self._click(person, campaign, clicked + timedelta(seconds=70))
        if rng.random() < settings.UNSUBSCRIBE_RATE and person.contactable:
            person.unsubscribed_at = opened + timedelta(seconds=rng.randrange(5, 120))
            self._note(person, person.unsubscribed_at, "unsubscribed", campaign)
            person.contactable = False
        return opened, clicked

    def _reading_time(self, person: Person, delivered: datetime) -> datetime:
        """Mostly at their own hour of the day, else soon after delivery."""
        rng = self._rng
        if rng.random() < 0.3:
            minutes = 1 + rng.expovariate(1 / 45)
            return delivered + timedelta(minutes=minutes)
        day = local_date(delivered)
        if rng.random() < 0.15:
            day += timedelta(days=1)
        moment = at_local_hour(day, clip(rng.gauss(person.habits.hour, 0.8), 5, 23.9))
        while moment <= delivered:
            moment += timedelta(days=1)
        return moment

    def _click(self, person: Person, campaign: Campaign, at: datetime) -> None:
        rng = self._rng
        url, page = self._link(person, campaign)
        self._note(person, at, "clicked", campaign, link=url)
        if rng.random() >= 0.75:  # the others refuse cookies
            return
        session = self._world.new_session()
        landed = at + timedelta(seconds=rng.randrange(1, 5))
        kind = "download" if page == "guide" else "page_view"
        seconds = None if kind == "download" else round(rng.lognormvariate(3.6, 0.8))
        visit = Visit(person.contact_id, landed, kind, page, url, session, seconds)
        self._world.visits.append(visit)
        if page == "demo" and rng.random() < 0.3:
            asked = landed + timedelta(seconds=rng.randrange(40, 400))
            visit = Visit(person.contact_id, asked, "demo_request", page, url, session, None)
            self._world.visits.append(visit)

    def _link(self, person: Person, campaign: Campaign) -> tuple[str, str]:
        """A link of the email and the kind of page behind it."""
        rng = self._rng
        topic = campaign.topic or rng.choice(person.group.topics)
        weights = dict(_LINKS)
        if topic in ("business", "property") or campaign.offer == "DEMO":
            weights["demo"] = 45.0
        kind = rng.choices(list(weights), list(weights.values()))[0]
        if kind == "guide":
            return guide_url(rng.choice(GUIDES[topic])), "guide"
        if kind == "demo":
            return DEMO_URL, "demo"
        if kind == "article":
            return article_url(topic, rng.randrange(1, 13)), "article"
        tastes = person.group.tastes
        category = rng.choices(list(tastes), list(tastes.values()))[0]
        if topic in BY_CATEGORY:
            category = topic
        product = rng.choice(BY_CATEGORY[category])
        return product.url, "product"


def _interest(person: Person, campaign: Campaign) -> float:
    """How well the email suits the person: a factor on opens and clicks."""
    if campaign.sequence:
        return _SEQUENCE_PULL
    if not campaign.topic:
        return 1.0
    wanted = campaign.topic in person.topics or campaign.topic in person.group.topics
    return _TOPIC_MATCH if wanted else _NO_MATCH
