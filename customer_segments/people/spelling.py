"""Ids, addresses and answers in the form in which the models compare them, by the models' own
macros.
"""

from functools import cache
from typing import Any

from jinja2 import Environment

from customer_segments.dbt import PROJECT


@cache
def _macros() -> Any:
    text = "".join(
        (PROJECT / "macros" / f"{macro}.sql").read_text(encoding="utf-8")
        for macro in ("clean_text", "half_width", "normalise_email", "parse_boolean")
    )
    return Environment().from_string(text).module


def clean_text(column: str) -> str:
    """Return SQL for a column's text without outer blanks, NULL when nothing is left."""
    return str(_macros().clean_text(column))


def normalise_email(column: str) -> str:
    """Return SQL for a column's email address as it is compared, NULL when it is none."""
    return str(_macros().normalise_email(column))


def parse_boolean(column: str) -> str:
    """Return SQL for a column's yes or no, NULL when it is neither."""
    return str(_macros().parse_boolean(column))
