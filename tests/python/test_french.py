"""Nothing that people read lacks its French, and what is there reads as French does."""

import csv
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from customer_segments.cli import main
from customer_segments.errors import UserError
from customer_segments.places import Places
from customer_segments.releases.store import Release
from customer_segments.releases.targets import store_of
from customer_segments.report.summary import _clusters, summary
from customer_segments.report.wording import wording
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

SEEDS = PROJECT / "seeds" / "reference"
# The same word in both languages.
SAME = {
    *("Champions", "Contacts", "Email", "Personas", "Prospects", "Trait"),
    *("contacts", "finance", "football", "golf", "import", "sport", "yoga"),
}
FRENCH = "_fr"
Text = tuple[str, str, str]


def texts() -> list[Text]:
    """Return where a text is declared, the text in English and in French."""
    words = (wording(language, "summary_words").words for language in ("en", "fr"))
    return [*_segments(), *_seeds(), *_words("", *words)]


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


def _words(place: str, english: Any, french: Any) -> Iterator[Text]:
    """Yield words that are texts, lists of texts, or words by their keys."""
    if isinstance(english, str):
        yield place, english, french
    elif isinstance(english, list):
        assert len(english) == len(french), place
        for one, other in zip(english, french, strict=True):
            yield place, one, other
    else:
        # What has no words in English is code, which French has words for.
        assert not english or english.keys() == french.keys(), place
        for key in english.keys() - {"forms"}:
            yield from _words(f"{place} {key}", english[key], french[key])


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
    assert {place for place, *_ in said} > {"vip", "lifecycle_prospect", "city", " personas tone"}
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


def test_the_summary_is_in_french(tmp_path: Path) -> None:
    built = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
    warehouse = Path(shutil.copy(built, tmp_path))
    tables = {"cluster_segments": 962, "segment_quality": 222}
    release = Release(3, None, "2026-06-30", "", None, "", "", 0, "", tables, {})
    store = store_of(Places(None, warehouse, tmp_path / "segments.duckdb"))
    english, french = (
        summary(store, release, 12.3, language).splitlines() for language in ("en", "fr")
    )
    assert len(english) == len(french)
    for said, instead in (
        ("Segments as of 2026-06-30", "Segments au 2026-06-30"),
        ("Inactive for 2 months                           125          13.0%",
         "Inactifs depuis 2 mois                          125         13,0\u202f%"),
        ("Published 2 tables in 12 s, release 3:", "2 tables publiées en 12 s, version 3\u00a0:"),
    ):  # fmt: skip
        assert french[english.index(said)] == instead


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("9 clusters: stability 0.76, mean silhouette 0.23",
         "9 groupes\u00a0: stabilité 0,76, silhouette moyenne 0,23"),
        ("4 clusters, as set: stability 0.50 but for lack of contacts: 8",
         "4 groupes, comme demandé\u00a0: stabilité 0,50 faute de contacts\u00a0: 8"),
        ("one cluster: 7 contacts are too few for more",
         "un seul groupe\u00a0: 7 contacts sont trop peu pour plus"),
        ("one cluster: no number of clusters is found again on other contacts and tighter than"
         " chance (stability at most 0.61)",
         "un seul groupe\u00a0: aucun nombre de groupes ne se retrouve sur d'autres contacts en"
         " plus serré que le hasard (stabilité de 0,61)"),
    ],
)  # fmt: skip
def test_what_the_fit_of_clusters_found_is_in_french(finding: str, said: str) -> None:
    words = wording("fr", "summary_words")
    assert _clusters(words, finding, "2026-06-30", 0.12) == (
        f"Groupes, calculés le 2026-06-30\u00a0: {said}\u00a0; 12\u202f% des contacts ont changé de"
        " groupe"
    )
    assert _clusters(wording("en", "summary_words"), finding, "2026-06-30", None).endswith(finding)


@pytest.mark.parametrize(
    ("given", "system", "language"),
    [
        ([], "", "en"),
        (["--language", "fr"], "", "fr"),
        (["--language", "en"], "fr", "en"),
        ([], "fr", "fr"),
        # What a system says of who sits before it.
        ([], "de_CH:fr_CH:en", "fr"),
        ([], "C", "en"),
        (["--language", "it"], "", None),
    ],
)
def test_the_language_is_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch, given: list[str], system: str, language: str | None
) -> None:
    asked = []
    monkeypatch.setattr(
        "customer_segments.report.personas.write_personas",
        lambda _published, _page, language: asked.append(language) or 0,
    )
    result = CliRunner().invoke(main, ["personas", *given], env={"LANGUAGE": system})
    assert asked == ([language] if language else [])
    if language is None:
        assert isinstance(result.exception, UserError)
        assert str(result.exception) == "--language is 'it'; give one of en, fr"
