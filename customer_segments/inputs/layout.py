"""The raw layout: which tables and columns there are, and which of them are required."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import yaml

from customer_segments.inputs.errors import IntakeError

PREFIX = "raw_"
NOT_FROM_THE_FILE = "raw_row_number"
UNREADABLE = "unreadable_lines"
GIVEN = "given_columns"
_DATA = re.compile(r"@|\d{4}-\d\d|\d{6}")


@dataclass(frozen=True)
class Column:
    """One column of a raw table."""

    name: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One raw table, named as its file is, without the prefix `raw_`."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False


@dataclass(frozen=True)
class Layout:
    """All raw tables that a user can bring."""

    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Matching:
    """Where the columns of the layout are in a file: `positions` has one entry per layout column,
    the column's place in the file (from 0), or None where the file does not have it.
    """

    positions: tuple[int | None, ...]
    extra: tuple[str, ...]
    absent: tuple[str, ...]


def read_layout(models_dir: Path) -> Layout:
    """Read the layout from the YAML files of the raw models in `models_dir`.

    Raises IntakeError when the folder has none, and yaml.YAMLError when one is no YAML.
    """
    tables = tuple(
        _table(model)
        for path in sorted(models_dir.glob(f"{PREFIX}*.yml"))
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        if model["name"] != PREFIX + UNREADABLE
    )
    if not tables:
        raise IntakeError(
            f"{models_dir} has no {PREFIX}*.yml that says which tables there are; "
            "run the command in the project's folder"
        )
    return Layout(tables)


def _table(model: dict[str, Any]) -> Table:
    columns = tuple(
        Column(column["name"], _required(column))
        for column in model["columns"]
        if column["name"] != NOT_FROM_THE_FILE
    )
    return Table(model["name"].removeprefix(PREFIX), columns, _required(model))


def _required(node: dict[str, Any]) -> bool:
    return bool(node.get("config", {}).get("meta", {}).get("required", False))


def match_columns(file_name: str, header: Sequence[str], table: Table) -> Matching:
    """Find the columns of `table` in a file's header, whatever their order, case and outer spaces.

    Raises IntakeError when a required column is missing, a name is there twice, or no column of
    the table is there at all.
    """
    names = [folded(name) for name in header]
    places = {name: place for place, name in enumerate(names)}
    problems = _twice(file_name, names)
    missing = [c.name for c in table.columns if c.required and c.name not in places]
    if missing:
        problems.append(
            f"{file_name} has no column {' and no column '.join(missing)}; "
            f"add what is missing to the export (its first line {_shown(header)})"
        )
    elif not any(c.name in places for c in table.columns):
        problems.append(
            f"{file_name} has none of the columns {', '.join(c.name for c in table.columns)}; "
            f"name its columns so (its first line {_shown(header)}), or take the file away"
        )
    if problems:
        raise IntakeError(*problems)
    known = {c.name for c in table.columns}
    return Matching(
        tuple(places.get(c.name) for c in table.columns),
        tuple(
            header[place].strip() for place, name in enumerate(names) if name and name not in known
        ),
        tuple(c.name for c in table.columns if c.name not in places),
    )


def folded(name: str) -> str:
    """Return a column's name as it is compared."""
    return name.strip().lower()


def _twice(file_name: str, names: Sequence[str]) -> list[str]:
    doubles = sorted({name for name in names if name and names.count(name) > 1})
    return [f"{file_name} has the column {name} twice; keep one of them" for name in doubles]


def _shown(header: Sequence[str]) -> str:
    # A file without a header begins with somebody's data, which must not get into a log.
    if any(_DATA.search(name) for name in header):
        return "looks like data, not like names of columns"
    names = ", ".join(name.strip() or "(nothing)" for name in header)
    return f"names {shorten(names, 300, placeholder=' …')}"
