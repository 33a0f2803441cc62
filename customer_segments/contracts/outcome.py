"""What checking a contract found, and how it is shown: as text, JSON and JUnit."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from customer_segments.contracts.contract import Weight


@dataclass(frozen=True)
class Kept:
    """Whether a promise was kept. Rows at fault are counted also when they are few enough.

    How far a broken one is broken, `share` says of a promise of rows and `subjects` of one that
    compares figures: the columns or values that are odd.
    """

    sentence: str
    is_kept: bool
    at_fault_count: int
    examples: tuple[str, ...]
    weight: Weight = Weight.HARD
    share: float = 0.0
    subjects: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The promise with what speaks against it."""
        such_as = f", such as {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.sentence} ({self.at_fault_count:,} at fault{such_as})"


@dataclass(frozen=True)
class Outcome:
    """What became of the promises of one table."""

    door: str
    table: str
    promises: tuple[Kept, ...]
    unseen: tuple[str, ...] = ()

    @property
    def broken(self) -> list[Kept]:
        """The promises that were not kept."""
        return [promise for promise in self.promises if not promise.is_kept]

    @property
    def noted(self) -> list[Kept]:
        """The promises that were kept, but for a few rows."""
        return [kept for kept in self.promises if kept.is_kept and kept.at_fault_count]


def breaches(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a sentence for each broken promise."""
    return [
        f"{outcome.door} table {outcome.table} breaks its contract: {kept.shown}"
        for outcome in outcomes
        for kept in outcome.broken
    ]


def with_table(outcome: Outcome, sentence: str) -> str:
    """Return a sentence that says which table it is about, once."""
    if sentence.startswith((f"{outcome.table} ", f"{outcome.table}: ")):
        return sentence
    return f"{outcome.table}: {sentence}"


def as_text(outcomes: Sequence[Outcome]) -> str:
    """Return a table of all contracts, then what was broken, then the few rows let through."""
    lines = [f"{'door':<10} {'table':<24} {'promises':>8} {'kept':>6} {'broken':>7} {'noted':>6}"]
    lines += [
        f"{outcome.door:<10} {outcome.table:<24} {len(outcome.promises):>8}"
        f" {len(outcome.promises) - len(outcome.broken):>6} {len(outcome.broken):>7}"
        f" {len(outcome.noted):>6}"
        for outcome in outcomes
    ]
    for title, group in (
        ("Broken:", [(o, kept) for o in outcomes for kept in o.broken]),
        ("Kept, but for a few rows:", [(o, kept) for o in outcomes for kept in o.noted]),
    ):
        if group:
            lines += ["", title, *(f"  {outcome.table}: {kept.shown}" for outcome, kept in group)]
    unseen = [f"  {o.table}: {sentence}" for o in outcomes for sentence in o.unseen]
    if unseen:
        lines += ["", "Needs tables that are not here, so make build checks it:", *unseen]
    return "\n".join(lines)


def write_json(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the outcomes as JSON. Raises OSError."""
    path.write_text(
        json.dumps([asdict(outcome) for outcome in outcomes], indent=2, ensure_ascii=False),
        encoding="utf-8",
    )


def write_junit(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the outcomes as JUnit XML: a suite for each table, a case for each promise.

    Raises OSError.
    """
    root = ElementTree.Element("testsuites")
    for outcome in outcomes:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=f"{outcome.door}.{outcome.table}",
            tests=str(len(outcome.promises) + len(outcome.unseen)),
            failures=str(len(outcome.broken)),
            skipped=str(len(outcome.unseen)),
        )
        for kept in outcome.promises:
            case = _case(suite, kept.sentence, outcome)
            if not kept.is_kept:
                ElementTree.SubElement(case, "failure", message=kept.shown)
            elif kept.at_fault_count:
                ElementTree.SubElement(case, "system-out").text = kept.shown
        for sentence in outcome.unseen:
            ElementTree.SubElement(_case(suite, sentence, outcome), "skipped")
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _case(suite: ElementTree.Element, sentence: str, outcome: Outcome) -> ElementTree.Element:
    return ElementTree.SubElement(
        suite, "testcase", name=sentence, classname=f"{outcome.door}.{outcome.table}"
    )
