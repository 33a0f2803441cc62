"""Nothing that people read lacks its French, and what is there reads as French does."""

import csv
import re
import unicodedata
from collections.abc import Iterator

import pytest

from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

SEEDS = PROJECT / "seeds" / "reference"
# The same word in both languages.
SAME = {"Champions", "Email", "Prospects", "football", "golf", "sport", "yoga"} | {
    "finance",
    "import",
    "France",
}
FRENCH = "_fr"
Text = tuple[str, str, str]


def texts() -> list[Text]:
    """Return where a text is declared, the text in English and in French."""
    return [*_segments(), *_seeds()]


def _segments() -> Iterator[Text]:
    for node in parsed().nodes.values():
        meta = node.config.meta if node.resource_type == "model" else {}
        if "segments/rules" in node.original_file_path and node.resource_type == "model":
            yield node.name, meta["label"], meta.get("label_fr", "")
            yield node.name, node.description, meta.get("description_fr", "")
        described = {
            f"{family['family']}_{value}": said
            for family in meta.get("families", [])
            for value, said in family["values"].items()
        } | {split["family"]: split for split in meta.get("splits", [])}
        for name, said in described.items():
            for key in ("label", "description"):
                yield name, said[key], said.get(key + FRENCH, "")


def _seeds() -> Iterator[Text]:
    for file in sorted(SEEDS.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), 2):
                for column in (name for name in row if name.endswith(FRENCH)):
                    english = row.get(column.removesuffix(FRENCH), row.get("value", ""))
                    yield f"{file.name}, line {number}, {column}", english, row[column]


def placeholders(text: str) -> list[str]:
    """Return the names in braces, which values take the place of."""
    return sorted(re.findall(r"\{\w*\}", text))


def faults(english: str, french: str) -> list[str]:
    """Return what is wrong with the French of a text."""
    has_words = bool(re.sub(r"\{\w*\}", "", english).strip())
    found = {
        "is missing": bool(english.strip()) != bool(french.strip()),
        "has other placeholders": placeholders(english) != placeholders(french),
        "is English": french == english and has_words and french not in SAME,
        "has accents apart from their letters": not unicodedata.is_normalized("NFC", french),
        "was read in a wrong encoding": re.search("\ufffd|[ÃÂâ][\u0080-\u00bf€]", french),
        # A number, or a word and the mark after it, would be torn apart at a line's end.
        "has a space that breaks": re.search(r" [:;!?%»]|\d \d{3}\b", french),
        "lacks the space before a mark": re.search(r"[^ \u00a0][;!?%»]", french),
    }
    return [fault for fault, is_there in found.items() if is_there]


def test_every_text_has_its_french() -> None:
    said = texts()
    assert len(said) > 2 * 79 + 2 * 52 + 200
    assert {place for place, *_ in said} > {"vip", "lifecycle_prospect", "city"}
    assert [
        (place, fault, french)
        for place, english, french in said
        for fault in faults(english, french)
    ] == []


@pytest.mark.parametrize(
    ("english", "french", "found"),
    [
        ("Buys {value}", "Achète\u00a0: {value}", []),
        ("{value}", "{value}", []),
        ("Buys {value}", "", ["is missing", "has other placeholders"]),
        ("Buys {value}", "Achète {valeur}", ["has other placeholders"]),
        ("Lost", "Lost", ["is English"]),
        ("Sport", "Sport", ["is English"]),
        ("sport", "sport", []),
        ("Lost", "E\u0301gare\u0301", ["has accents apart from their letters"]),
        ("Kept", "GardÃ©", ["was read in a wrong encoding"]),
        ("Where?", "Où ?", ["has a space that breaks"]),
        ("1,000", "1 000", ["has a space that breaks"]),
        ("Where?", "Où?", ["lacks the space before a mark"]),
    ],
)
def test_a_fault_of_french_is_found(english: str, french: str, found: list[str]) -> None:
    assert faults(english, french) == found
