"""What a contract is made of, whatever it was derived from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

INPUT, OUTPUT = "input", "output"
"""The two sides that have contracts."""

_QUERY = "UnexpectedRowsExpectation"


class Weight(StrEnum):
    """What follows when a check fails."""

    HARD = "hard"
    """The build stops, always."""

    ODD = "odd"
    """A first delivery is built and the summary says so; a later one stops, unless its warehouse
    knows it so or a person has accepted the batch."""

    MOVED = "moved"
    """As odd, but never known: it is against the last delivery that it moved."""

    STALE = "stale"
    """As odd, but only a person who accepts it makes it known: it gets worse by itself."""


@dataclass(frozen=True)
class Check:
    """One thing that holds of a table.

    `expectation` is the name of Great Expectations' class and `arguments` what it takes, without
    `mostly`: that follows from `at_most`, the share of the rows that may be at fault.
    `keys_at_fault` is SQL that lists the keys of the rows at fault, nothing that names a person.
    """

    sentence: str
    expectation: str
    arguments: Mapping[str, Any]
    column: str | None = None
    keys_at_fault: str | None = None
    at_most: float = 0.0
    weight: Weight = Weight.HARD

    @property
    def is_query(self) -> bool:
        """Whether it is a query that lists no rows, rather than a rule for a column's values."""
        return self.expectation == _QUERY

    @property
    def compares(self) -> bool:
        """Whether it is a query that compares figures, so that each row names what is odd."""
        return self.is_query and self.weight != Weight.HARD


@dataclass(frozen=True)
class Contract:
    """All checks of one table. `unseen` names those that can't be made where it lies."""

    table: str
    schema: str
    checks: tuple[Check, ...]
    unseen: tuple[str, ...] = ()


def no_rows(
    sentence: str, sql: str, column: str | None = None, weight: Weight = Weight.HARD
) -> Check:
    """Return the check that a query lists no rows; their first column is what is shown of them.

    Great Expectations fills {batch} in and takes other braces for its own, so they are doubled.
    """
    query = sql.replace("{", "{{").replace("}", "}}")
    arguments = {"unexpected_rows_query": f"/* {{batch}} */ {query}"}
    return Check(sentence, _QUERY, arguments, column, sql, weight=weight)
