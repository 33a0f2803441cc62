"""What a contract is made of, whatever it was derived from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INPUT, OUTPUT = "input", "output"
"""The two sides that have contracts."""

_QUERY = "UnexpectedRowsExpectation"


@dataclass(frozen=True)
class Check:
    """One thing that holds of a table.

    `expectation` is the name of Great Expectations' class and `arguments` what it takes, without
    `mostly`: that follows from `at_most`, the share of the rows that may be at fault.
    `keys_at_fault` is SQL that lists the keys of the rows at fault, nothing that names a person.
    Whoever fails one that is not `is_hard` is only warned.
    """

    sentence: str
    expectation: str
    arguments: Mapping[str, Any]
    column: str | None = None
    keys_at_fault: str | None = None
    at_most: float = 0.0
    is_hard: bool = True

    @property
    def is_query(self) -> bool:
        """Whether it is a query that lists no rows, rather than a rule for a column's values."""
        return self.expectation == _QUERY


@dataclass(frozen=True)
class Contract:
    """All checks of one table. `unseen` names those that can't be made where it lies."""

    table: str
    schema: str
    checks: tuple[Check, ...]
    unseen: tuple[str, ...] = ()


def no_rows(sentence: str, sql: str, column: str | None = None) -> Check:
    """Return the check that a query lists no rows; their first column is what is shown of them.

    Great Expectations fills {batch} in and takes other braces for its own, so they are doubled.
    """
    query = sql.replace("{", "{{").replace("}", "}}")
    arguments = {"unexpected_rows_query": f"/* {{batch}} */ {query}"}
    return Check(sentence, _QUERY, arguments, column, sql)
