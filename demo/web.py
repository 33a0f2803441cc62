"""Visits to the website that do not come from an email."""

from datetime import datetime, timedelta
from random import Random

from . import settings
from .clock import at_local_hour, local_date
from .model import Person, Visit, World, clip, pick
from .shop import (
    BY_CATEGORY,
    DEMO_URL,
    GUIDES,
    PRICING_URL,
    SITE,
    article_url,
    guide_url,
)

# Visits lie closer together towards the end: the share in the last two months.
_RECENT_SHARE = 0.30
_RECENT_DAYS = 60
_BEFORE_ORDER = 0.42  # orders whose visit was recorded
# Guides that go with a landing page, for those who download several.
_LANDING_GUIDES = {
    "appartement": ("acheter-un-appartement", "financer-son-achat"),
    "maison": ("acheter-une-maison", "financer-son-achat", "choisir-son-isolation"),
    "maroc": ("maroc-10-jours", "espagne-en-train"),
    "espagne": ("espagne-en-train", "italie-des-villages"),
    "italie": ("italie-des-villages", "maroc-10-jours"),
    "yoga": ("yoga-debutant", "yoga-hormonal"),
}


class Browser:
    """Lets people visit the website."""

    def __init__(self, world: World, seed: str) -> None:
        self._world = world
        self._rng = Random(f"{seed} web")

    def browse(self) -> None:
        """All visits of everybody, then those of nobody in particular."""
        for person in self._world.people:
            self._arrive(person)
            self._look_around(person)
            self._download_guides(person)
            self._ask_for_demo(person)
        for order in list(self._world.orders):
            if self._rng.random() < _BEFORE_ORDER:
                start = order.at - timedelta(minutes=self._rng.uniform(4, 25))
                pages = [line.product.url for line in order.lines[:2]]
                self._visit(order.person, start, [("product", url) for url in pages])
        for _ in range(settings.ANONYMOUS_VISITS):
            at = settings.END - timedelta(days=self._rng.uniform(0.1, 300))
            product = self._rng.choice(BY_CATEGORY["home"])
            self._note("", at, "page_view", "product", product.url)

    def _note(
        self,
        contact_id: str,
        at: datetime,
        kind: str,
        page: str,
        url: str,
        session: str = "",
    ) -> None:
        seconds = None
        if kind == "page_view":
            seconds = int(clip(self._rng.lognormvariate(3.7, 0.9), 2, 1500))
        session = session or self._world.new_session()
        visit = Visit(contact_id, at, kind, page, url, session, seconds)
        self._world.visits.append(visit)

    def _visit(self, person: Person, start: datetime, pages: list[tuple[str, str]]) -> None:
        session, at = self._world.new_session(), start
        for page, url in pages:
            self._note(person.contact_id, at, "page_view", page, url, session)
            at += timedelta(seconds=self._rng.randrange(15, 240))

    def _arrive(self, person: Person) -> None:
        """The page and the form through which somebody signed up."""
        channel = person.fields["acquisition_channel"]
        if channel == "landing_page":
            page, url = "landing", f"{SITE}/landing/{person.fields['landing_page']}"
        elif channel in ("newsletter_form", "web_form"):
            page, url = "form", f"{SITE}/fr/{channel.replace('_', '-')}"
        elif channel == "quote_request":
            page, url = "form", f"{SITE}/fr/entreprises/devis"
        else:
            return
        session = self._world.new_session()
        looked = person.created_at - timedelta(seconds=self._rng.randrange(40, 300))
        self._note(person.contact_id, looked, "page_view", page, url, session)
        self._note(person.contact_id, person.created_at, "form_submit", page, url, session)

    def _moment(self, person: Person) -> datetime:
        """Some moment since they came, at their hour, more often lately."""
        rng = self._rng
        known = (settings.END - person.created_at).total_seconds() / 86400
        days = _RECENT_DAYS if rng.random() < _RECENT_SHARE else known
        back = rng.random() * min(days, known)
        day = local_date(settings.END - timedelta(days=back))
        moment = at_local_hour(day, clip(rng.gauss(person.habits.hour, 1.5), 5, 23.9))
        return max(moment, person.created_at + timedelta(minutes=10))

    def _look_around(self, person: Person) -> None:
        rng = self._rng
        years = (settings.END - person.created_at).days / 365 + 0.3
        mean = person.group.visits_per_year * years * rng.gammavariate(1.0, 1.0)
        for _ in range(min(round(mean), 25)):
            pages = [self._page(person)]
            while rng.random() < 0.45 and len(pages) < 6:
                pages.append(self._page(person))
            self._visit(person, self._moment(person), pages)

    def _page(self, person: Person) -> tuple[str, str]:
        rng, group = self._rng, person.group
        category = pick(rng, group.tastes)
        draw = rng.random()
        if draw < 0.58:
            return "product", rng.choice(BY_CATEGORY[category]).url
        if draw < 0.72:
            return "category", f"{SITE}/fr/rayons/{category}"
        if draw < 0.90 or group.name != "business_buyers":
            return "article", article_url(rng.choice(group.topics), rng.randrange(1, 13))
        return "pricing", PRICING_URL

    def _download_guides(self, person: Person) -> None:
        """Those who prepare something download several guides; others perhaps one."""
        rng = self._rng
        topic = person.group.topics[0]
        guides: tuple[str, ...] = GUIDES[topic]
        landing = person.fields["landing_page"]
        if rng.random() < person.group.guides:
            guides = _LANDING_GUIDES.get(landing, guides)
            if len(guides) < 2:
                guides += GUIDES["kitchen"] if topic != "kitchen" else GUIDES["garden"]
            wanted = min(len(guides), rng.choice((2, 2, 3)))
        else:
            wanted = 1 if rng.random() < 0.08 else 0
        for guide in rng.sample(guides, wanted):
            at = self._moment(person)
            for _ in range(2 if rng.random() < 0.15 else 1):  # the same guide twice
                session = self._world.new_session()
                url = guide_url(guide)
                self._note(person.contact_id, at, "download", "guide", url, session)
                at += timedelta(hours=20)

    def _ask_for_demo(self, person: Person) -> None:
        if self._rng.random() >= person.group.demos:
            return
        at, session = self._moment(person), self._world.new_session()
        self._note(person.contact_id, at, "page_view", "demo", DEMO_URL, session)
        at += timedelta(seconds=self._rng.randrange(60, 400))
        self._note(person.contact_id, at, "demo_request", "demo", DEMO_URL, session)
