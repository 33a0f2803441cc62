"""Ids and addresses in the form in which the models compare them, by the models' own macros."""

from functools import cache

from customer_segments.macros import Macros


@cache
def _macros() -> Macros:
    return Macros({})


def clean_text(column: str) -> str:
    """Return SQL for a column's text without outer blanks, NULL when nothing is left."""
    return _macros().call("clean_text", column)


def normalise_email(column: str) -> str:
    """Return SQL for a column's email address as it is compared, NULL when it is none."""
    return _macros().call("normalise_email", column)


def addresses_in(text: str) -> str:
    """Return SQL for the list of email addresses in a text, in lower case."""
    return _macros().call("addresses_in", text)
