"""The planted groups: what a clustering or a marketer ought to find again.

Each person belongs to one group. Within a group people differ (gamma and beta
draws around the group's means), and the groups overlap, as they do in life.
"""

from dataclasses import dataclass

Weights = dict[str, float]


@dataclass(frozen=True)
class Group:
    """Parameters of one group. Rates are means; people scatter around them."""

    name: str
    share: float  # of all people
    women: float  # share of women
    age: tuple[float, float]  # mean and standard deviation
    homes: Weights  # area (see places.py) -> weight
    tastes: Weights  # product category -> weight
    topics: tuple[str, ...]  # email topics that they care for
    interests: tuple[str, ...]
    buyers: float  # share who ever buy
    orders_per_year: float  # while they are customers
    dropout: float  # chance to leave for good after an order
    lines: float  # mean number of lines an order
    units: tuple[int, int]  # fewest and most units a line
    dear: float  # > 0 prefers dear products, < 0 cheap ones
    discounts: float  # share of orders with a discount
    weekend: float  # share of orders moved to the weekend
    opens: float  # chance to open an email
    clicks: float  # chance to click in an opened email
    hour: float  # local hour at which they read and buy
    visits_per_year: float  # to the website, beyond orders and clicks
    guides: float  # share who download at least two guides
    demos: float  # share who ask for a demo
    channels: Weights  # how they came
    landings: Weights  # landing page, for those who came through one
    sleepers: float = 0.0  # further share who never open an email


WEB: Weights = {
    "web_form": 35,
    "newsletter_form": 30,
    "landing_page": 15,
    "import": 12,
    "phone_call": 4,
    "trade_show": 4,
}
EVERYWHERE: Weights = {"zurich": 24, "lyon": 20, "romandie": 22, "german": 14, "fr": 20}

GROUPS = (
    Group(
        name="sporty_young",
        share=0.17,
        women=0.45,
        age=(27, 5),
        homes={"zurich": 30, "lyon": 15, "romandie": 22, "german": 13, "fr": 20},
        tastes={"sport": 12, "travel": 1.5, "wellbeing": 1, "kitchen": 1},
        topics=("sport", "travel"),
        interests=("running", "hiking", "cycling", "climbing", "photography"),
        buyers=0.72,
        orders_per_year=6.5,
        dropout=0.09,
        lines=2.3,
        units=(1, 2),
        dear=0.2,
        discounts=0.15,
        weekend=0.2,
        opens=0.38,
        clicks=0.24,
        hour=21.5,
        visits_per_year=1.2,
        guides=0.06,
        demos=0.01,
        channels=WEB,
        landings={"running": 5, "montagne": 2, "espagne": 1},
    ),
    Group(
        name="home_families",
        share=0.20,
        women=0.58,
        age=(40, 6),
        homes={"zurich": 20, "lyon": 16, "romandie": 30, "german": 16, "fr": 18},
        tastes={"home": 8, "garden": 8, "kitchen": 4, "wellbeing": 0.5},
        topics=("home", "garden", "kitchen"),
        interests=("gardening", "cooking", "diy", "hiking", "reading"),
        buyers=0.74,
        orders_per_year=5.5,
        dropout=0.10,
        lines=3.7,
        units=(1, 2),
        dear=0.0,
        discounts=0.18,
        weekend=0.65,
        opens=0.42,
        clicks=0.20,
        hour=20.5,
        visits_per_year=1.0,
        guides=0.07,
        demos=0.0,
        channels=WEB,
        landings={"jardin": 5, "cuisine": 3, "maison": 2},
    ),
    Group(
        name="wellbeing_women",
        share=0.15,
        women=1.0,
        age=(50, 5.5),
        homes={"lyon": 40, "zurich": 22, "romandie": 20, "german": 8, "fr": 10},
        tastes={"wellbeing": 12, "kitchen": 2, "garden": 1, "sport": 1},
        topics=("wellbeing", "kitchen"),
        interests=("yoga", "meditation", "cooking", "reading", "hiking"),
        buyers=0.74,
        orders_per_year=7.0,
        dropout=0.07,
        lines=3.0,
        units=(1, 2),
        dear=0.1,
        discounts=0.12,
        weekend=0.3,
        opens=0.56,
        clicks=0.30,
        hour=7.2,
        visits_per_year=1.5,
        guides=0.12,
        demos=0.01,
        channels=WEB,
        landings={"yoga": 6, "cuisine": 1, "italie": 1},
    ),
    Group(
        name="bargain_hunters",
        share=0.15,
        women=0.52,
        age=(44, 13),
        homes=EVERYWHERE,
        tastes={"kitchen": 3, "home": 3, "sport": 3, "wellbeing": 3, "garden": 3},
        topics=("offers", "kitchen", "home"),
        interests=("cooking", "reading", "football", "cinema", "gardening"),
        buyers=0.80,
        orders_per_year=4.2,
        dropout=0.16,
        lines=1.8,
        units=(1, 1),
        dear=-1.1,
        discounts=0.85,
        weekend=0.3,
        opens=0.34,
        clicks=0.34,
        hour=12.5,
        visits_per_year=1.2,
        guides=0.04,
        demos=0.0,
        channels=WEB,
        landings={"soldes": 6, "cuisine": 2, "jardin": 1},
    ),
    Group(
        name="business_buyers",
        share=0.07,
        women=0.42,
        age=(45, 8),
        homes={"zurich": 28, "lyon": 18, "romandie": 30, "german": 12, "fr": 12},
        tastes={"business": 12, "wellbeing": 2, "sport": 1},
        topics=("business", "wellbeing"),
        interests=("golf", "skiing", "reading", "running", "wine"),
        buyers=0.55,
        orders_per_year=5.0,
        dropout=0.06,
        lines=3.2,
        units=(2, 9),
        dear=0.2,
        discounts=0.35,
        weekend=0.0,
        opens=0.40,
        clicks=0.28,
        hour=10.0,
        visits_per_year=3.0,
        guides=0.16,
        demos=0.42,
        channels={
            "trade_show": 30,
            "quote_request": 32,
            "phone_call": 18,
            "web_form": 12,
            "import": 8,
        },
        landings={"entreprise": 1},
    ),
    Group(
        name="property_seekers",
        share=0.10,
        women=0.50,
        age=(35, 6),
        homes={"romandie": 34, "zurich": 16, "lyon": 22, "german": 8, "fr": 20},
        tastes={"home": 8, "garden": 3, "kitchen": 2},
        topics=("property", "home"),
        interests=("diy", "cooking", "photography", "cycling", "cinema"),
        buyers=0.25,
        orders_per_year=3.0,
        dropout=0.2,
        lines=1.9,
        units=(1, 2),
        dear=0.1,
        discounts=0.2,
        weekend=0.4,
        opens=0.36,
        clicks=0.26,
        hour=18.5,
        visits_per_year=2.2,
        guides=0.40,
        demos=0.02,
        channels={"landing_page": 80, "web_form": 8, "phone_call": 6, "import": 6},
        landings={"appartement": 6, "maison": 5},
    ),
    Group(
        name="travellers",
        share=0.09,
        women=0.54,
        age=(56, 11),
        homes=EVERYWHERE,
        tastes={"travel": 10, "wellbeing": 1, "sport": 1},
        topics=("travel",),
        interests=("photography", "hiking", "reading", "cooking", "sailing"),
        buyers=0.42,
        orders_per_year=3.0,
        dropout=0.15,
        lines=1.7,
        units=(1, 2),
        dear=0.3,
        discounts=0.15,
        weekend=0.3,
        opens=0.44,
        clicks=0.24,
        hour=15.5,
        visits_per_year=2.0,
        guides=0.34,
        demos=0.0,
        channels={"landing_page": 72, "newsletter_form": 18, "import": 10},
        landings={"maroc": 5, "espagne": 4, "italie": 4},
    ),
    Group(
        name="quiet_readers",
        share=0.07,
        women=0.50,
        age=(58, 12),
        homes=EVERYWHERE,
        tastes={"kitchen": 2, "garden": 2, "home": 1, "wellbeing": 1},
        topics=("kitchen", "garden", "wellbeing"),
        interests=("reading", "gardening", "cinema", "cooking"),
        buyers=0.06,
        orders_per_year=1.5,
        dropout=0.4,
        lines=1.2,
        units=(1, 1),
        dear=-0.3,
        discounts=0.1,
        weekend=0.2,
        opens=0.14,
        clicks=0.06,
        hour=9.0,
        visits_per_year=0.4,
        guides=0.02,
        demos=0.0,
        channels={"newsletter_form": 60, "import": 36, "trade_show": 4},
        landings={"cuisine": 1},
        sleepers=0.55,
    ),
)
