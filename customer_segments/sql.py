"""Writes values and names into SQL where a parameter can't stand."""


def literal(value: object) -> str:
    """Return a value's text as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """Return a text as an SQL name."""
    return '"' + value.replace('"', '""') + '"'
