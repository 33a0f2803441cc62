"""Towns with their postal codes, and phone numbers that nobody owns."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Place:
    """A town. `spellings` are what people type, the first one most often."""

    spellings: tuple[str, ...]
    postal_code: str
    region: str
    region_code: str
    country: str
    language: str
    landline: str  # area code
    weight: int


_ARA = ("Auvergne-Rhône-Alpes", "ARA", "FR", "fr", "4")
_IDF = ("Île-de-France", "IDF", "FR", "fr", "1")
_PACA = ("Provence-Alpes-Côte d'Azur", "PACA", "FR", "fr", "4")
_ZH = ("Zürich", "ZH", "CH", "de", "44")
_VD = ("Vaud", "VD", "CH", "fr", "21")

# Areas as in the groups' `homes`: "zurich" and "lyon" hold their surroundings too.
AREAS: dict[str, tuple[Place, ...]] = {
    "zurich": (
        Place(("Zurich", "Zürich"), "8001", *_ZH, 12),
        Place(("Zurich", "Zürich", "ZURICH"), "8004", *_ZH, 16),
        Place(("Zurich", "zurich"), "8032", *_ZH, 14),
        Place(("Zurich", "Zürich"), "8050", *_ZH, 12),
        Place(("Winterthur",), "8400", "Zürich", "ZH", "CH", "de", "52", 6),
        Place(("Uster",), "8610", *_ZH, 4),
        Place(("Dübendorf", "Duebendorf"), "8600", *_ZH, 4),
        Place(("Zug",), "6300", "Zug", "ZG", "CH", "de", "41", 3),
    ),
    "lyon": (
        Place(("Lyon", "LYON"), "69001", *_ARA, 10),
        Place(("Lyon",), "69003", *_ARA, 14),
        Place(("Lyon", "Lyon 6e"), "69006", *_ARA, 12),
        Place(("Lyon",), "69007", *_ARA, 12),
        Place(("Villeurbanne",), "69100", *_ARA, 9),
        Place(("Caluire-et-Cuire",), "69300", *_ARA, 4),
        Place(("Vénissieux",), "69200", *_ARA, 4),
        Place(("Écully",), "69130", *_ARA, 2),
    ),
    "romandie": (
        Place(("Lausanne",), "1003", *_VD, 14),
        Place(("Lausanne", "lausanne"), "1007", *_VD, 8),
        Place(("Geneva", "Genève"), "1201", "Genève", "GE", "CH", "fr", "22", 10),
        Place(("Genève", "Geneva"), "1205", "Genève", "GE", "CH", "fr", "22", 8),
        Place(("Fribourg",), "1700", "Fribourg", "FR", "CH", "fr", "26", 7),
        Place(("Neuchâtel",), "2000", "Neuchâtel", "NE", "CH", "fr", "32", 7),
        Place(("Vevey",), "1800", *_VD, 4),
        Place(("Sion",), "1950", "Valais", "VS", "CH", "fr", "27", 4),
    ),
    "german": (
        Place(("Basel", "Bâle"), "4051", "Basel-Stadt", "BS", "CH", "de", "61", 14),
        Place(("Bern", "Berne"), "3011", "Bern", "BE", "CH", "de", "31", 14),
        Place(("Luzern",), "6003", "Luzern", "LU", "CH", "de", "41", 5),
        Place(("St. Gallen",), "9000", "St. Gallen", "SG", "CH", "de", "71", 4),
    ),
    "fr": (
        Place(("Paris",), "75011", *_IDF, 12),
        Place(("Paris", "PARIS"), "75015", *_IDF, 10),
        Place(("Annecy",), "74000", *_ARA, 9),
        Place(("Grenoble",), "38000", *_ARA, 9),
        Place(("Marseille",), "13006", *_PACA, 8),
        Place(("Aix-en-Provence",), "13100", *_PACA, 3),
        Place(("Saint-Étienne", "Saint-Etienne"), "42000", *_ARA, 4),
        Place(("Annemasse",), "74100", *_ARA, 4),
    ),
}

COUNTRY_SPELLINGS: dict[str, dict[str, float]] = {
    "CH": {"CH": 80, "Suisse": 9, "Switzerland": 6, "Schweiz": 4, "ch": 1},
    "FR": {"FR": 84, "France": 14, "fr": 1, "FRANCE": 1},
}

# France keeps these ranges for fiction; in Switzerland no subscriber number
# begins with 000.
_FRENCH_LANDLINES = {"1": "01 99 00", "4": "04 65 71"}


def phone(place: Place, mobile: bool, rng: Random) -> str:
    """A well-formed number, written in one of the ways that people write it."""
    tail = f"{rng.randrange(100):02d} {rng.randrange(100):02d}"
    if place.country == "FR":
        national = f"06 39 98 {tail}" if mobile else _FRENCH_LANDLINES[place.landline]
        national = national if mobile else f"{national} {tail}"
        code = "33"
    else:
        area = rng.choice(("76", "77", "78", "79")) if mobile else place.landline
        national = f"0{area} 000 {tail}"
        code = "41"
    style = rng.random()
    if style < 0.65:
        return f"+{code} {national[1:]}"
    if style < 0.90:
        return national
    return f"00{code}{national[1:].replace(' ', '')}"
