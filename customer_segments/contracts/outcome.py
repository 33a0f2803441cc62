"""What checking a contract found, and how it is shown: as text, JSON and JUnit."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Result:
    """Whether a check passed. Rows at fault are counted also when they are few enough."""

    sentence: str
    has_passed: bool
    at_fault_count: int
    examples: tuple[str, ...]
    is_hard: bool = True

    @property
    def shown(self) -> str:
        """The check with what speaks against it."""
        such_as = f", such as {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.sentence} ({self.at_fault_count:,} at fault{such_as})"


@dataclass(frozen=True)
class Outcome:
    """What came of the checks of one table, on the input or the output side."""

    side: str
    table: str
    checks: tuple[Result, ...]
    unseen: tuple[str, ...] = ()

    @property
    def failed(self) -> list[Result]:
        """The checks that failed."""
        return [result for result in self.checks if not result.has_passed]

    @property
    def noted(self) -> list[Result]:
        """The checks that passed, but for a few rows."""
        return [result for result in self.checks if result.has_passed and result.at_fault_count]


def as_text(outcomes: Sequence[Outcome]) -> str:
    """Return a table of all contracts, then what failed, then the few rows let through."""
    rows: list[tuple[object, ...]] = [("side", "table", "checks", "passed", "failed", "noted")]
    rows += [
        (o.side, o.table, len(o.checks), len(o.checks) - len(o.failed), len(o.failed), len(o.noted))
        for o in outcomes
    ]
    lines = ["{:<10} {:<24} {:>8} {:>6} {:>7} {:>6}".format(*row) for row in rows]
    for title, group in (
        ("Failed:", [(o.table, result.shown) for o in outcomes for result in o.failed]),
        (
            "Passed, but for a few rows:",
            [(o.table, result.shown) for o in outcomes for result in o.noted],
        ),
        (
            "Needs tables that are not here, so make build checks it:",
            [(o.table, sentence) for o in outcomes for sentence in o.unseen],
        ),
    ):
        if group:
            lines += ["", title, *(f"  {table}: {shown}" for table, shown in group)]
    return "\n".join(lines)


def write_json(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the outcomes as JSON. Raises OSError."""
    text = json.dumps([asdict(outcome) for outcome in outcomes], indent=2, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def write_junit(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the outcomes as JUnit XML: a suite for each table, a case for each check.

    Raises OSError.
    """
    root = ElementTree.Element("testsuites")
    for outcome in outcomes:
        name = f"{outcome.side}.{outcome.table}"
        counts = {
            "tests": len(outcome.checks) + len(outcome.unseen),
            "failures": len(outcome.failed),
            "skipped": len(outcome.unseen),
        }
        suite = ElementTree.SubElement(
            root, "testsuite", {"name": name, **{key: str(n) for key, n in counts.items()}}
        )
        for sentence in (*(result.sentence for result in outcome.checks), *outcome.unseen):
            ElementTree.SubElement(suite, "testcase", name=sentence, classname=name)
        for case, result in zip(suite, outcome.checks, strict=False):
            if not result.has_passed:
                ElementTree.SubElement(case, "failure", message=result.shown)
            elif result.at_fault_count:
                ElementTree.SubElement(case, "system-out").text = result.shown
        for case in suite[len(outcome.checks) :]:
            ElementTree.SubElement(case, "skipped")
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
