"""What the shop sells, publishes and emails."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

SITE = "https://www.rivesens.example"


def slug(text: str) -> str:
    """A name as it stands in an address: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower())
    ascii_only = plain.encode("ascii", "ignore").decode()
    words = "".join(c if c.isalnum() else " " for c in ascii_only).split()
    return "-".join(words)


@dataclass(frozen=True)
class Product:
    """A product; `cents` is the price in euros."""

    product_id: str
    name: str
    category: str
    cents: int

    @property
    def url(self) -> str:
        """Its page."""
        return f"{SITE}/fr/produits/{slug(self.name)}"

    def price(self, currency: str) -> int:
        """The price in cents. Swiss prices are a little higher and end in 90."""
        if currency == "EUR":
            return self.cents
        return self.cents * 108 // 10000 * 100 + 90


_RANGE = {
    "wellbeing": (
        ("Tapis de yoga liège", 5990),
        ("Brique de yoga", 1490),
        ("Coussin de méditation", 4490),
        ("Huile de massage arnica", 1890),
        ("Diffuseur d'huiles essentielles", 3990),
        ("Infusion bio équilibre", 990),
        ("Cours vidéo yoga hormonal", 7900),
        ("Bouillotte noyaux de cerise", 2490),
    ),
    "sport": (
        ("Chaussures de trail Sarine", 12990),
        ("Gourde isotherme 750 ml", 2690),
        ("Boisson énergétique citron, 12 canettes", 2290),
        ("Maillot respirant Jura", 4990),
        ("Montre cardio Pulse", 17900),
        ("Bandes élastiques, lot de 3", 1690),
        ("Sac d'hydratation 8 l", 6990),
        ("Chaussettes de course, 2 paires", 1990),
    ),
    "kitchen": (
        ("Cocotte en fonte 24 cm", 14900),
        ("Couteau de chef 20 cm", 7990),
        ("Planche à découper noyer", 3990),
        ("Moulin à poivre", 2990),
        ("Livre Cuisine des lacs", 2590),
        ("Caquelon à fondue", 6490),
        ("Torchons en lin, lot de 2", 1690),
        ("Bocaux à conserves, lot de 6", 1890),
    ),
    "home": (
        ("Plaid en laine mérinos", 8990),
        ("Lampe de table Opale", 11900),
        ("Housse de couette lin 240", 15900),
        ("Bougie cire d'abeille", 1990),
        ("Miroir rond chêne", 13900),
        ("Panier tressé", 3490),
        ("Tapis berbère 120 x 180", 21900),
        ("Cintres en bois, lot de 8", 1890),
    ),
    "garden": (
        ("Sécateur forgé", 4490),
        ("Bac potager mélèze", 12900),
        ("Semences anciennes, coffret", 2490),
        ("Arrosoir zinc 9 l", 5490),
        ("Hamac double", 8990),
        ("Hôtel à insectes", 3290),
        ("Gants de jardin cuir", 1990),
        ("Terreau bio 40 l", 1290),
    ),
    "travel": (
        ("Sac de voyage toile 45 l", 11900),
        ("Guide papier Maroc", 2190),
        ("Guide papier Espagne", 2190),
        ("Guide papier Italie", 2190),
        ("Trousse de toilette coton", 3290),
        ("Adaptateur universel", 2690),
        ("Oreiller de voyage", 2490),
        ("Carnet de route", 1590),
    ),
    "business": (
        ("Siège assis-debout", 24900),
        ("Coffret cadeau collaborateurs", 4900),
        ("Abonnement bien-être au travail, 1 poste", 9900),
        ("Fontaine à eau de bureau", 32900),
        ("Tapis anti-fatigue", 7900),
        ("Panneau acoustique", 11900),
    ),
}

PRODUCTS: tuple[Product, ...] = tuple(
    Product(f"P{row * 100 + number:03d}", name, category, cents)
    for row, (category, range_) in enumerate(_RANGE.items(), start=1)
    for number, (name, cents) in enumerate(range_, start=1)
)
BY_CATEGORY: dict[str, tuple[Product, ...]] = {
    category: tuple(p for p in PRODUCTS if p.category == category) for category in _RANGE
}

# Guides to download, by email topic.
GUIDES: dict[str, tuple[str, ...]] = {
    "wellbeing": ("yoga-debutant", "yoga-hormonal", "mieux-dormir"),
    "sport": ("premier-semi-marathon", "randonnees-prealpes"),
    "kitchen": ("cuisine-de-saison",),
    "home": ("renover-sans-stress", "choisir-son-isolation"),
    "garden": ("potager-en-12-mois",),
    "travel": ("maroc-10-jours", "espagne-en-train", "italie-des-villages"),
    "property": ("acheter-un-appartement", "acheter-une-maison", "financer-son-achat"),
    "business": ("bien-etre-au-travail", "amenager-ses-bureaux"),
    "offers": ("calendrier-des-soldes",),
}
DEMO_URL = f"{SITE}/demo/bien-etre-au-travail"
PRICING_URL = f"{SITE}/fr/entreprises/tarifs"


def guide_url(guide: str) -> str:
    """The file of a guide."""
    return f"{SITE}/guides/{guide}.pdf"


def article_url(topic: str, number: int) -> str:
    """An article of the magazine."""
    return f"{SITE}/fr/magazine/{topic}/article-{number}"


@dataclass(frozen=True)
class Campaign:
    """A newsletter (with its moment) or one step of a sequence."""

    campaign_id: str
    name: str
    topic: str
    offer: str
    sent_at: datetime
    sequence: str = ""
    step: int = 0
    hold_out: bool = False  # a share of the audience is kept from it


def _day(text: str, hour: int = 7) -> datetime:
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=UTC)


# Newsletters went out more and more often; topic "" goes to everybody.
_NEWSLETTERS = (
    ("2024-02-06", "Bienvenue au printemps", "", ""),
    ("2024-05-14", "Le jardin de mai", "garden", ""),
    ("2024-09-10", "Rentrée bien-être", "wellbeing", ""),
    ("2024-11-28", "Black Friday 2024", "offers", "BF24-20"),
    ("2025-02-11", "Maroc, Espagne, Italie", "travel", ""),
    ("2025-04-08", "Courir au printemps", "sport", ""),
    ("2025-06-17", "Cuisine d'été", "kitchen", ""),
    ("2025-09-09", "Bien s'installer", "home", ""),
    ("2025-11-27", "Black Friday 2025", "", "BF25-25"),
    ("2026-01-13", "Yoga, nouvelle année", "wellbeing", "YOGA-10"),
    ("2026-02-10", "Acheter son logement", "property", ""),
    ("2026-02-24", "Bien-être au travail", "business", "DEMO"),
    ("2026-03-10", "Préparer le potager", "garden", ""),
    ("2026-03-31", "Offre de printemps", "", "PRINTEMPS-20"),
    ("2026-04-21", "Trail et randonnée", "sport", "TRAIL-10"),
    ("2026-05-12", "Offre fête des mères", "", "MERES-15"),
    ("2026-05-26", "Voyager léger", "travel", ""),
    ("2026-06-09", "Fraîcheur en cuisine", "kitchen", ""),
    ("2026-06-23", "Soldes d'été", "offers", "SOLDES-30"),
)
HOLD_OUT_NAMES = ("Black Friday 2025", "Offre de printemps", "Offre fête des mères")
NEWSLETTERS: tuple[Campaign, ...] = tuple(
    Campaign(
        f"NL{number:02d}",
        name,
        topic,
        offer,
        _day(day),
        hold_out=name in HOLD_OUT_NAMES,
    )
    for number, (day, name, topic, offer) in enumerate(_NEWSLETTERS, start=1)
)

# Steps in order: name and offer. Delays stand in timeline.py.
_SEQUENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "welcome": (
        ("Bienvenue chez Rive & Sens", "BIENVENUE-10"),
        ("Trois guides pour commencer", ""),
        ("Une démo pour votre équipe ?", "DEMO"),
    ),
    "after_purchase": (
        ("Merci pour votre commande", ""),
        ("Tout est bien arrivé ?", ""),
        ("Bien utiliser votre produit, en vidéo", ""),
        ("Votre avis, et 25 % sur la prochaine commande", "MERCI-25"),
    ),
    "birthday": (("Joyeux anniversaire", "ANNIV-15"),),
    "win_back": (
        ("Quoi de neuf depuis deux mois", ""),
        ("Vous nous manquez", "RETOUR-15"),
        ("On se retrouve ?", "RETOUR-25"),
    ),
}


def sequences(starts: dict[str, datetime]) -> dict[str, tuple[Campaign, ...]]:
    """The steps of each sequence, as campaigns that began on the sequence's day."""
    return {
        sequence: tuple(
            Campaign(
                f"SEQ-{sequence[:3].upper()}-{step}",
                name,
                "",
                offer,
                starts[sequence],
                sequence=sequence,
                step=step,
            )
            for step, (name, offer) in enumerate(steps, start=1)
        )
        for sequence, steps in _SEQUENCES.items()
    }
